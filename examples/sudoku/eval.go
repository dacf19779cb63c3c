package main

import (
	"context"
	"errors"
	"flag"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/data/sudoku/anysize"
	"github.com/rereadml/reread/internal/command"
)

const evalUsage = `usage: sudoku eval -data PATH [FLAGS]
       sudoku eval -boxes HxW -n N [FLAGS]

Measures how many puzzles the model solves, by number of supervision steps, of
givens, and by rating: the guesses that a search program needs. PATH is a CSV
file or one split of a data set folder, such as DATASET/test, which has no
ratings.

Every puzzle gets all steps, and three answers to it are scored side by side:

  last       that of the last step, as in the papers
  halted     the first that the model calls right, else the last
  accepted   the first that keeps the givens and the rules, else the last

With -guesses there is a fourth answer, apart from the others: where no step
comes to one that keeps the givens and the rules, the model fills in a blank by
guess and thinks again.

With -lines every puzzle is thought about several times, under other noise, and
scored by each rule for which line's answer counts: that of the highest halting
value, the most frequent, the first that the model calls right, the first that keeps
the rules. So it is for 1, 2, 4 and so on of the lines, and all.

A large set can be evaluated in parts, by -shard and -o, which the command merge
puts together. -against compares two models on the same puzzles, which tells
smaller differences from chance than the two shares with their intervals do.

-givens shows what givens are worth: the same puzzles, again and again, with more
and more cells of their solutions given.

-boxes evaluates the same weights at another size: N puzzles are made for it, always
the same ones, with one solution and no givens to spare but those that -givens adds.
Only models with the preset units of trm can be of other sizes than 9x9.
`

// evalFlags are the flags of eval.
type evalFlags struct {
	model            *modelFlags
	precision        *string
	data             fileList
	n, steps         int
	guesses          guessFlags
	guess            *reread.Guess // of guesses, once checked
	lines            rolloutFlags
	rollouts         *reread.Rollouts // of lines, once checked
	halt             bool
	haltMargin       float64
	noise            noiseFlags
	givens           numberList
	shard            command.Shard
	output           *outputFlags
	againstPrecision string
}

func newEvalFlags(fs *flag.FlagSet) *evalFlags {
	f := &evalFlags{model: newModelFlags(fs), precision: newPrecisionFlag(fs), output: newOutputFlags(fs)}
	f.model.addBoxes(fs, "make -n puzzles with boxes of this height and width, in cells, instead of reading any: `HxW`, such as 2x3 for 6x6 cells, or 1x5 for Latin squares")
	fs.Var(&f.data, "data", "`path` of the puzzles: a CSV file, plain or gzip, or a data set folder; may be given several times")
	fs.IntVar(&f.n, "n", 0, "number of puzzles, spread over all of them (default all)")
	fs.IntVar(&f.steps, "steps", 0, "supervision `steps` of every puzzle (default the model's own, 16 for those of Sudoku)")
	f.guesses.add(fs, "evaluate with this `number` of guesses at most as well")
	f.lines.add(fs, "think this `number` of lines about every puzzle, each under other -noise or from another start")
	fs.BoolVar(&f.halt, "halt", false, "end guesses where the model calls its answer right, not where the rules do")
	fs.Float64Var(&f.haltMargin, "halt-margin", 0, haltMarginUsage)
	f.noise.add(fs)
	fs.Var(&f.givens, "givens", "evaluate with givens added, up to each of these `numbers` in turn, such as 30,40,50")
	fs.Var(&f.shard, "shard", "evaluate `part` i/n alone, from 1/n to n/n")
	fs.StringVar(&f.output.against, "against", "", "compare with a stored result or the weights in this `file`")
	fs.StringVar(&f.againstPrecision, "against-precision", "", "compare with passes at this `type`, of the weights of -against or else the same")
	return f
}

// made reports whether the puzzles are made, and not read.
func (f *evalFlags) made() bool { return f.model.boxes.Boxes != anysize.Boxes{} }

func (f *evalFlags) check() error {
	switch {
	case f.made() && len(f.data) > 0:
		return command.BadInput("eval: -boxes makes puzzles, -data reads them")
	case f.made() && f.n == 0:
		return command.BadInput("eval: -boxes wants -n puzzles to make")
	case !f.made() && len(f.data) == 0:
		return command.BadInput("eval: -data is missing")
	case f.n < 0 || f.steps < 0:
		return command.BadInput("eval: -n and -steps must not be negative")
	}
	var err error
	if f.guess, err = f.guesses.guess("eval"); err != nil {
		return err
	}
	if f.rollouts, err = f.lines.rollouts("eval"); err != nil {
		return err
	}
	if f.halt && f.guess == nil {
		return command.BadInput("eval: -halt is about -guesses, which are missing")
	}
	if err := checkFinite("eval", "halt-margin", f.haltMargin); err != nil {
		return err
	}
	if err := checkFinite("eval", "noise", f.noise.size); err != nil {
		return err
	}
	f.model.compared = f.output.against != ""
	return f.output.check()
}

func (p *program) eval(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("sudoku eval", flag.ContinueOnError)
	f := newEvalFlags(fs)
	if err := command.Parse(fs, args, 0, evalUsage, p.stdout); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	if f.made() {
		rows, err := p.newRows(ctx, f.model.size(), f.n, f.givens)
		if err != nil {
			return command.AsBadInput(err)
		}
		return p.evaluate(ctx, f, rows)
	}
	set, err := sudoku.Open(f.data...)
	if err != nil {
		return command.AsBadInput(err)
	}
	defer set.Close()
	rows, err := f.fill(data.Spread(set.Examples(), f.n))
	if err != nil {
		return command.AsBadInput(err)
	}
	return p.evaluate(ctx, f, rows)
}

// fill returns the rows once for each number of givens, filled up to it, or as
// they are if there is none.
func (f *evalFlags) fill(rows data.Rows) (data.Rows, error) {
	if len(f.givens) == 0 {
		return rows, nil
	}
	var sets []data.Rows
	for _, n := range f.givens {
		more, err := sudoku.FillTo(rows, n, 0)
		if err != nil {
			return nil, err
		}
		sets = append(sets, more)
	}
	return data.Join(sets...)
}

// evaluate evaluates and compares on the rows. All that is read is read and
// found good first: the rest may take hours.
func (p *program) evaluate(ctx context.Context, f *evalFlags, rows data.Rows) error {
	this, err := p.contender(f.model, *f.precision)
	if err != nil {
		return err
	}
	other, err := p.opponent(f)
	if err != nil {
		return err
	}
	r := &referee{p, f, rows}
	if err := r.admit(other); err != nil {
		return err
	}
	if err := r.measure(ctx, this); err != nil {
		return err
	}
	if err := f.output.store(this.result); err != nil {
		return errors.Join(err, f.output.write(p.stdout, this, nil))
	}
	if other != nil {
		if err := r.measure(ctx, other); err != nil {
			return err
		}
	}
	return f.output.write(p.stdout, this, other)
}
