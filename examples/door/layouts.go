package main

import (
	"math/rand/v2"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/examples/door/world"
	"github.com/rereadml/reread/train"
)

// layouts is an endless sequence of layouts, that of a seed.
type layouts struct{ seed uint64 }

var _ train.Feed = layouts{}

// layout returns the n-th.
func (s layouts) layout(n uint64) world.Layout {
	return world.Generate(rand.New(rand.NewPCG(s.seed, n)))
}

// At implements [train.Feed]: the layout and its plan. Free cells for which that has
// no direction are cut off from the goal: they do not count, so that a model need not
// learn to tell them.
func (s layouts) At(n uint64, inputs, labels []int32) (id int32, err error) {
	l := s.layout(n)
	plan, _, err := world.Search(&l)
	if err != nil {
		return 0, err
	}
	l.AppendTokens(inputs[:0])
	plan.AppendTokens(labels[:0])
	for i, c := range l {
		if c == world.Free && labels[i] == 0 {
			labels[i] = data.IgnoreLabel
		}
	}
	return 0, nil
}

// SeqLen, VocabSize and NumPuzzleIDs have training check that the model fits.
func (layouts) SeqLen() int       { return world.Cells }
func (layouts) VocabSize() int    { return world.Vocab }
func (layouts) NumPuzzleIDs() int { return 1 }

// puzzle returns what a model is asked of a layout.
func puzzle(l *world.Layout) reread.Puzzle { return reread.Puzzle{Tokens: l.AppendTokens(nil)} }
