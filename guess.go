package reread

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/rereadml/reread/internal/think"
	"github.com/rereadml/reread/nn"
)

// Guess says how a model goes on with a puzzle when a line of thought, the
// supervision steps of Options.Steps, ends without an answer that Accept takes
// or Halt trusts: it gives an open cell a value of its own answer and thinks
// another line as if the puzzle had that. When that fails too, it takes the
// guess back, or lets it stand, and makes another. Accept sees the puzzle without
// them. What is guessed depends on Options.Seed and the puzzle alone, not on its
// place among others.
//
// Such a search is no part of the published evaluation.
type Guess struct {
	// Blank is the input token of an open cell. Any other token may be guessed,
	// so that inputs and answers must have the same meaning.
	Blank int32

	Lines int // lines of thought at most, the first included; 0: 32
	Steps int // supervision steps of a guessed line; 0: as many as Options.Steps

	// AnyCell draws the cell from all that are open. Otherwise it is the one
	// whose most likely token is least probable at the end of the line before.
	AnyCell bool
	// Temperature is that at which the value is drawn from the probabilities of
	// the cell there: p^(1/Temperature), scaled. 0: the most likely.
	Temperature float64
	// Depth is how many guesses stand at one time at most; 0: 1. A line that fails
	// with as many takes all of them back, or with UndoLast the last of them alone.
	Depth    int
	UndoLast bool

	// Restart begins a guessed line in the initial state, otherwise it goes on
	// in the state of the line before.
	Restart bool
}

// resolve returns the guesses with their defaults, for lines of so many steps,
// or why a model cannot make them.
func (g Guess) resolve(a nn.Arch, steps int) (*Guess, error) {
	switch {
	case a.Inputs != "":
		return nil, errors.New("reread: guesses are for inputs that are tokens, not sets of them")
	case g.Blank < 0 || int(g.Blank) >= a.VocabSize:
		return nil, fmt.Errorf("reread: the token %d of a blank cell, want 0 to %d", g.Blank, a.VocabSize-1)
	case g.Lines < 0:
		return nil, fmt.Errorf("reread: %d lines of thought, want 0 or more", g.Lines)
	case g.Steps < 0 || g.Steps > think.MaxSteps:
		return nil, fmt.Errorf("reread: %d supervision steps of a guessed line, want 0 to %d", g.Steps, think.MaxSteps)
	case g.Depth < 0:
		return nil, fmt.Errorf("reread: %d guesses at one time, want 0 or more", g.Depth)
	case !(g.Temperature >= 0) || math.IsInf(g.Temperature, 1):
		return nil, fmt.Errorf("reread: a temperature of %v, want a finite number from 0", g.Temperature)
	}
	if g.Lines == 0 {
		g.Lines = 32
	}
	if g.Steps == 0 {
		g.Steps = steps
	}
	if g.Depth == 0 {
		g.Depth = 1
	}
	return &g, nil
}

// draws returns the generator of the draws for a line of thought about a puzzle.
func draws(p Puzzle, seed uint64, line int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, think.LineDigest(think.Digest(p.Tokens, p.ID), line)))
}

// guess begins another line of thought about a puzzle if there is to be one, and
// gives the inputs its guess.
func (s *Solver) guess(c *course, step int, inputs []int32, logits []float32) think.Next {
	g := s.o.Guess
	if c.line == g.Lines {
		return think.Done
	}
	if c.rng == nil {
		c.rng = draws(c.puzzle, s.o.Seed, 1)
	}
	probabilities := make([]float32, len(logits))
	s.m.Probabilities(logits, probabilities)
	c.guessed = g.undo(inputs, c.guessed)
	cell, ok := g.fill(inputs, probabilities, c.rng)
	if !ok {
		return think.Done
	}
	c.guessed = append(c.guessed, cell)
	c.line, c.ends = c.line+1, step+g.Steps
	if g.Restart {
		return think.Restart
	}
	return think.GoOn
}

// undo takes guesses back where as many stand as may, and returns the cells of
// those that are left.
func (g *Guess) undo(inputs []int32, guessed []int) []int {
	if len(guessed) < g.Depth {
		return guessed
	}
	stand := 0
	if g.UndoLast {
		stand = len(guessed) - 1
	}
	for _, cell := range guessed[stand:] {
		inputs[cell] = g.Blank
	}
	return guessed[:stand]
}

// fill gives an open cell of the inputs [S] a value, by the probabilities
// [S, V] of an answer, which it may change. It returns the cell, or false if none
// is open.
func (g *Guess) fill(inputs []int32, p []float32, rng *rand.Rand) (cell int, ok bool) {
	vocab := len(p) / len(inputs)
	of := func(cell int) []float32 { return p[cell*vocab : (cell+1)*vocab] }
	var open []int
	for cell, token := range inputs {
		if token == g.Blank {
			open = append(open, cell)
		}
	}
	if len(open) == 0 {
		return 0, false
	}
	if g.AnyCell {
		cell = open[rng.IntN(len(open))]
	} else {
		cell = slices.MinFunc(open, func(a, b int) int { return cmp.Compare(slices.Max(of(a)), slices.Max(of(b))) })
	}
	inputs[cell] = g.value(of(cell), rng)
	return cell, true
}

// value returns a token by the probabilities [V] of a cell, which it may change.
func (g *Guess) value(p []float32, rng *rand.Rand) int32 {
	p[g.Blank] = -1 // less likely than any
	best := nn.ArgMax(p)
	if g.Temperature == 0 {
		return int32(best)
	}
	weights, sum := make([]float64, len(p)), 0.0
	for t := range p {
		if t != int(g.Blank) {
			weights[t] = math.Pow(float64(p[t])/float64(p[best]), 1/g.Temperature)
			sum += weights[t]
		}
	}
	r := rng.Float64() * sum
	for t, w := range weights {
		if r -= w; r < 0 {
			return int32(t)
		}
	}
	return int32(best) // nothing is left of the sum, by rounding
}
