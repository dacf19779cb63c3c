// Compare trains recursive reasoning models and their rivals side by side on
// Sudoku, each with the same number of floating-point operations, and ends with a
// table of what they came to. See the usage text for the rest.
package main

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/rereadml/reread/internal/command"
)

const usage = `usage: compare [FLAGS]

Trains models on Sudoku, all with the same number of floating-point operations, and
shows how many puzzles each solves that it has not seen: TRM with one network and
with two, with an MLP, attention or units to mix cells, HRM, and transformers that
answer in one pass. Then it times mixing by an MLP and by attention at several
lengths. The tables are in Markdown. Ctrl-C ends with what there is by then.

exit status:
  0    success
  1    failure
  2    wrong usage or bad input
  130  interrupted
`

func main() {
	os.Exit(run(command.Interruptible(), os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program without its process: tables go to stdout, progress and
// complaints to stderr. It returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f, err := parse(args, stdout)
	if err == nil {
		err = compare(ctx, f, stdout, stderr)
	}
	return command.Status("compare", err, stderr)
}

// compare is both parts of the program. What there is when it is interrupted is
// shown and stored.
func compare(ctx context.Context, f *flags, stdout, stderr io.Writer) error {
	if len(f.contenders) > 0 {
		if err := contest(ctx, f, stdout, stderr); err != nil {
			return err
		}
	}
	timings, err := timeMixing(ctx, f, stderr)
	if len(timings) > 0 {
		err = errors.Join(writeTimings(stdout, f, timings), err)
	}
	return err
}

// contest has the contenders learn.
func contest(ctx context.Context, f *flags, stdout, stderr io.Writer) error {
	p, err := openPuzzles(ctx, f)
	if err != nil {
		return err
	}
	defer p.Close()
	m := &match{f: f, puzzles: p, progress: stderr}
	outcomes, err := m.playAll(ctx)
	if len(outcomes) > 0 {
		err = errors.Join(writeOutcomes(stdout, m, outcomes), storeCurves(f.out, outcomes), err)
	}
	return err
}
