package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/rereadml/reread/examples/door/world"
	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/internal/command"
)

// demo has a model plan in one layout and shows how.
func (p *program) demo(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("door", flag.ContinueOnError)
	kind := flags.String("model", hrm.Kind, "model that comes with the program, hrm or trm")
	weights := flags.String("weights", "", "weights in a file instead")
	seed := flags.Uint64("seed", demoSeed, "seed of the layout")
	file := flags.String("layout", "", "read the layout from a file instead, - for stdin: seven lines of . # A K D G")
	steps := flags.Int("steps", 0, "supervision steps at most; 0: as many as in training")
	if err := command.Parse(flags, args, 0, usage, p.stdout); err != nil {
		return err
	}
	if *steps < 0 {
		return command.BadInput("-steps is %d, want 0 or more", *steps)
	}
	l := layouts{unseen}.layout(*seed)
	if *file != "" {
		var err error
		if l, err = p.readLayout(*file); err != nil {
			return err
		}
	}
	_, fewest, err := world.Search(&l)
	if err != nil {
		return command.AsBadInput(err)
	}
	m, err := load(*kind, *weights)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, introduction, fewest, title(m.Kind()), m.Params().Count())
	var last thought
	err = think(ctx, m, &l, *steps, func(t *thought) error {
		last = *t
		_, err := io.WriteString(p.stdout, t.text(&l, p.coloured)+"\n")
		return err
	})
	if err != nil {
		return err
	}
	route, end := l.Act(&last.plan)
	if err := p.perform(ctx, &l, route); err != nil {
		return err
	}
	return p.conclude(len(route)-1, fewest, end)
}

const introduction = `The agent A has to fetch the key K, open the door D and reach the goal G, which
takes %d moves at least. %s of %d parameters plans.

The arrows are its plan at the end of a supervision step, as far as they lead from
A. A row is an update of a latent state: how much that changed, how many cells of
the plan did, and how far the plan would lead. After an update of the fast z_L it is
the plan that z_H would tell if it were updated now.

`

// demoSeed is of a layout in which the first plans lead nowhere.
const demoSeed = 136

// title is what to call a model of a kind.
func title(kind string) string {
	if kind == hrm.Kind {
		return "An HRM"
	}
	return "A TRM"
}

// conclude says what has come of the plan.
func (p *program) conclude(moves, fewest int, end world.End) (err error) {
	switch {
	case end != world.Reached:
		_, err = fmt.Fprintf(p.stdout, "The plan has failed: %v after %d moves.\n", end, moves)
	case moves == fewest:
		_, err = fmt.Fprintf(p.stdout, "The goal is reached in %d moves, as few as possible.\n", moves)
	default:
		_, err = fmt.Fprintf(p.stdout, "The goal is reached in %d moves, %d more than needed.\n", moves, moves-fewest)
	}
	return err
}

// maxLayoutFile is far above what a layout takes.
const maxLayoutFile = 1 << 12

// readLayout reads a layout from a file or from stdin.
func (p *program) readLayout(path string) (world.Layout, error) {
	in := p.stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return world.Layout{}, command.AsBadInput(err)
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, maxLayoutFile))
	if err != nil {
		return world.Layout{}, err
	}
	l, err := world.Parse(string(text))
	if err != nil {
		return world.Layout{}, command.BadInput("%s: %w", path, err)
	}
	return l, nil
}
