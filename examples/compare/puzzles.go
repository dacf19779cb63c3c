package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/data/sudoku/anysize"
	"github.com/rereadml/reread/internal/command"
)

// puzzles are those to learn from and those to be held against.
type puzzles struct {
	training, heldOut data.Rows
	sets              []*data.Set
}

// Close closes the files.
func (p *puzzles) Close() {
	for _, s := range p.sets {
		_ = s.Close() // nothing was written
	}
}

// openPuzzles opens or generates puzzles. Those of 9 x 9 cells are learned from in
// random symmetric forms, as published.
func openPuzzles(ctx context.Context, f *flags) (*puzzles, error) {
	p := new(puzzles)
	var err error
	if f.data == "" {
		p.training, p.heldOut, err = generate(ctx, f)
	} else {
		err = p.open(f)
	}
	if err == nil && f.boxes.Side() == 9 {
		p.training, err = sudoku.Augment(p.training)
	}
	if err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

func (p *puzzles) open(f *flags) error {
	var both [2]*data.Set
	for i, path := range []string{f.data, f.eval} {
		s, err := sudoku.Open(path)
		if err != nil {
			return command.AsBadInput(err)
		}
		p.sets = append(p.sets, s)
		both[i] = s
	}
	p.training, p.heldOut = data.Spread(both[0].Groups(), f.puzzles), data.Spread(both[1].Examples(), f.heldOut)
	return nil
}

// patience is how many generated puzzles in a row may be of no use.
const patience = 10_000

// generate makes different puzzles. No solution of one part is in the other: there
// are few of 4 x 4 cells, and a model that remembers those of its training could
// pass for one that reasons.
func generate(ctx context.Context, f *flags) (training, heldOut data.Rows, err error) {
	g, err := anysize.NewGenerator(f.boxes)
	if err != nil {
		return nil, nil, err
	}
	rng := rand.New(rand.NewPCG(f.seed, puzzleStream))
	var parts [2][]anysize.Puzzle
	want := [2]int{f.puzzles, f.heldOut}
	known := map[string]bool{}
	for idle := 0; len(parts[0]) < want[0] || len(parts[1]) < want[1]; idle++ {
		if idle == patience {
			return nil, nil, command.BadInput("there are not enough puzzles with %d givens: found %d to learn from and %d to hold out", f.givens, len(parts[0]), len(parts[1]))
		}
		p, err := g.Generate(ctx, rng, f.givens)
		if err != nil {
			return nil, nil, err
		}
		part, question := partOf(p.Solution, f.seed), p.Question.String()
		if known[question] || len(parts[part]) == want[part] {
			continue
		}
		idle, known[question] = 0, true
		parts[part] = append(parts[part], p)
	}
	a, err1 := anysize.NewRows(f.boxes, parts[0])
	b, err2 := anysize.NewRows(f.boxes, parts[1])
	return a, b, errors.Join(err1, err2)
}

// partOf deals solutions out: one in four is held out.
func partOf(solution anysize.Grid, seed uint64) int {
	digest := sha256.Sum256(fmt.Appendf(nil, "%d %v", seed, solution))
	if digest[0]%4 == 0 {
		return 1
	}
	return 0
}

// The streams separate the draws that come from the one seed.
const (
	puzzleStream = iota
	weightStream
	timingStream
)
