package main

import (
	"math/rand/v2"
	"slices"

	"github.com/rereadml/reread"
)

// The task: digits in any order, to be put in order.
const (
	cells  = 6
	digits = 10
)

// sorting is an endless stream of sequences, those of a seed.
type sorting struct{ seed uint64 }

// At implements [train.Feed].
func (s sorting) At(n uint64, inputs, labels []int32) (id int32, err error) {
	rng := rand.New(rand.NewPCG(s.seed, n))
	for i := range inputs {
		inputs[i] = rng.Int32N(digits)
	}
	copy(labels, inputs)
	slices.Sort(labels)
	return 0, nil
}

// puzzles returns the first n sequences, and them sorted.
func (s sorting) puzzles(n int) (puzzles []reread.Puzzle, sorted [][]int32) {
	for i := range n {
		inputs, labels := make([]int32, cells), make([]int32, cells)
		_, _ = s.At(uint64(i), inputs, labels) // which never fails
		puzzles, sorted = append(puzzles, reread.Puzzle{Tokens: inputs}), append(sorted, labels)
	}
	return puzzles, sorted
}
