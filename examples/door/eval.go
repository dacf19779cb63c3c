package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/examples/door/world"
	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train/eval"
	"github.com/rereadml/reread/trm"
)

// unseen is the seed of layouts that no training with a seed of its own sees.
const unseen = 1 << 32

// maxLayouts bounds an evaluation, which keeps its layouts in memory.
const maxLayouts = 100_000

// evalSettings say on what to evaluate.
type evalSettings struct {
	layouts int
	seed    uint64
	steps   int // supervision steps, 0: as many as the model has
}

// contender is a model with a name.
type contender struct {
	name  string
	model *nn.Model
}

// eval measures models on layouts that they have not seen.
func (p *program) eval(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("door eval", flag.ContinueOnError)
	n := flags.Int("n", 500, "number of layouts")
	seed := flags.Uint64("seed", unseen, "seed of the layouts; training takes those of its own seed, 1 by default")
	steps := flags.Int("steps", 0, "supervision steps; 0: as many as in training")
	kind := flags.String("model", "", "model that comes with the program, hrm or trm; both by default")
	weights := flags.String("weights", "", "evaluate the weights in a file instead")
	if err := command.Parse(flags, args, 0, usage, p.stdout); err != nil {
		return err
	}
	if err := checkCount(*n); err != nil {
		return err
	}
	switch {
	case *steps < 0:
		return command.BadInput("-steps is %d, want 0 or more", *steps)
	case *weights != "" && *kind != "":
		return command.BadInput("-weights and -model exclude each other")
	}
	kinds := []string{hrm.Kind, trm.Kind}
	if *kind != "" || *weights != "" {
		kinds = []string{*kind}
	}
	var models []contender
	for _, kind := range kinds {
		m, err := load(kind, *weights)
		if err != nil {
			return err
		}
		models = append(models, contender{m.Kind(), m})
	}
	return p.measure(ctx, models, evalSettings{*n, *seed, *steps})
}

// checkCount refuses a number of layouts.
func checkCount(n int) error {
	if n < 1 || n > maxLayouts {
		return command.BadInput("-n is %d, want 1 to %d", n, maxLayouts)
	}
	return nil
}

// measure writes tables of what comes of acting out the plans of models: after each
// doubling of their supervision steps, and after all by the moves that are needed.
func (p *program) measure(ctx context.Context, models []contender, s evalSettings) error {
	set := sample(s.seed, s.layouts)
	fmt.Fprintf(p.stdout, "%d layouts of seed %d\n", s.layouts, s.seed)
	fmt.Fprintln(p.stdout, "model  parameters  steps  reach the goal             by a shortest way          ms a layout")
	final := make([]result, len(models))
	for i, c := range models {
		last := s.steps
		if last == 0 {
			last = c.model.Arch().HaltMaxSteps
		}
		for _, steps := range doublings(last) {
			r, err := score(ctx, c.model, set, steps)
			if err != nil {
				return err
			}
			fmt.Fprintf(p.stdout, "%-5s  %10d  %5d  %-25s  %-25s  %11.2f\n", c.name, c.model.Params().Count(), steps,
				share(r.reached, r.layouts), share(r.shortest, r.layouts), r.elapsed.Seconds()*1e3/float64(r.layouts))
			final[i] = r
		}
	}
	_, err := io.WriteString(p.stdout, "\n"+byNeed(models, final))
	return err
}

// sample returns the first n layouts of a seed.
func sample(seed uint64, n int) []world.Layout {
	set := make([]world.Layout, n)
	for i := range set {
		set[i] = layouts{seed}.layout(uint64(i))
	}
	return set
}

// doublings returns 1, 2, 4 and so on below last, and last.
func doublings(last int) (list []int) {
	for n := 1; n < last; n *= 2 {
		list = append(list, n)
	}
	return append(list, last)
}

// share writes a share in per cent, with its 95 % interval.
func share(right, n int) string {
	i := eval.Wilson(int64(right), int64(n))
	return fmt.Sprintf("%5.1f %% (%.1f to %.1f)", 100*float64(right)/float64(n), 100*i.Low, 100*i.High)
}

// result is what came of some layouts.
type result struct {
	tally
	shortest int // of those reached, by as few moves as a search needs
	needs    [len(bands)]tally
	elapsed  time.Duration
}

// tally counts layouts, and those of which the goal was reached.
type tally struct{ layouts, reached int }

func (t *tally) add(reached bool) {
	t.layouts++
	if reached {
		t.reached++
	}
}

// score has a model plan in layouts, for so many supervision steps each, and acts
// the plans out.
func score(ctx context.Context, m *nn.Model, set []world.Layout, steps int) (result, error) {
	puzzles := make([]reread.Puzzle, len(set))
	for i := range set {
		puzzles[i] = puzzle(&set[i])
	}
	start := time.Now()
	answers, err := reread.Solve(ctx, m, puzzles, &reread.Options{Steps: steps})
	if err != nil {
		return result{}, err
	}
	r := result{elapsed: time.Since(start)}
	for i := range answers {
		plan, err := world.PlanOf(answers[i].Tokens)
		if err != nil {
			return result{}, err
		}
		_, fewest, err := world.Search(&set[i])
		if err != nil {
			return result{}, err
		}
		route, end := set[i].Act(&plan)
		reached := end == world.Reached
		r.add(reached)
		r.needs[bandOf(fewest)].add(reached)
		if reached && len(route)-1 == fewest {
			r.shortest++
		}
	}
	return r, nil
}
