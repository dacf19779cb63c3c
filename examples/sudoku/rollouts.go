package main

import (
	"flag"
	"math"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/internal/command"
)

// rolloutFlags say in how many lines a model thinks, and how they differ.
type rolloutFlags struct {
	lines  int
	start  float64
	choice reread.Choice
}

func (f *rolloutFlags) add(fs *flag.FlagSet, usage string) {
	fs.IntVar(&f.lines, "lines", 0, usage)
	fs.Float64Var(&f.start, "start-noise", 0, "`size` of what is added to every number of the initial states, or taken from it, in lines of thought after the first")
	fs.TextVar(&f.choice, "choice", reread.ByMargin, "whose answer counts where no line of thought stops: `margin` (of the highest halting value) or majority (the most frequent)")
}

// rollouts returns the lines of thought that the flags of a command ask for, nil for
// none.
func (f *rolloutFlags) rollouts(cmd string) (*reread.Rollouts, error) {
	switch {
	case f.lines < 0:
		return nil, command.BadInput("%s: -lines must not be negative", cmd)
	case !(f.start >= 0 && f.start <= math.MaxFloat32):
		return nil, command.BadInput("%s: -start-noise must be a finite number from 0", cmd)
	case f.lines > 0:
		return &reread.Rollouts{Lines: f.lines, Start: float32(f.start), Choice: f.choice}, nil
	case f.start != 0 || f.choice != reread.ByMargin:
		return nil, command.BadInput("%s: -start-noise and -choice are about -lines", cmd)
	}
	return nil, nil
}
