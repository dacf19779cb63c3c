package main

import (
	"flag"
	"strconv"
	"strings"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/sudoku/anysize"
	"github.com/rereadml/reread/internal/command"
)

// guessFlags say how often a model guesses, and how.
type guessFlags struct {
	most  int
	rules string
}

func (f *guessFlags) add(fs *flag.FlagSet, usage string) {
	fs.IntVar(&f.most, "guesses", 0, usage)
	fs.StringVar(&f.rules, "guess-rules", "", "how to guess, a `list` of: any (a blank drawn from all), temperature=T (a value drawn), restart (think from the start), steps=N (for a guess), depth=N (that stand at a time), last (undo the last alone)")
}

const guessesUsage = "`number` of guesses at most, once the steps have come to no answer"

// guess returns the guesses that the flags of a command ask for, nil for none.
func (f *guessFlags) guess(cmd string) (*reread.Guess, error) {
	if f.most < 0 {
		return nil, command.BadInput("%s: -guesses must not be negative", cmd)
	}
	g := guess(f.most)
	if f.rules == "" {
		return g, nil
	}
	if g == nil {
		return nil, command.BadInput("%s: -guess-rules is about -guesses", cmd)
	}
	for rule := range strings.SplitSeq(f.rules, ",") {
		if !setRule(g, rule) {
			return nil, command.BadInput("%s: -guess-rules: %q, want any, temperature=T, restart, steps=N, depth=N or last", cmd, rule)
		}
	}
	return g, nil
}

// guess returns the guesses of a model, at most so many.
func guess(most int) *reread.Guess {
	if most == 0 {
		return nil
	}
	return &reread.Guess{Blank: anysize.BlankToken, Lines: 1 + most}
}

// setRule sets a rule of -guess-rules, and reports whether it is one.
func setRule(g *reread.Guess, rule string) bool {
	name, value, given := strings.Cut(rule, "=")
	number, err := strconv.Atoi(value)
	counts := given && err == nil && number > 0
	switch name {
	case "any":
		g.AnyCell = true
	case "restart":
		g.Restart = true
	case "last":
		g.UndoLast = true
	case "temperature":
		g.Temperature, err = strconv.ParseFloat(value, 64)
		return err == nil && g.Temperature > 0
	case "steps":
		g.Steps = number
		return counts
	case "depth":
		g.Depth = number
		return counts
	default:
		return false
	}
	return !given
}
