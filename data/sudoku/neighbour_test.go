package sudoku

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSameSolution(t *testing.T) {
	var s Solver
	rng := newRNG(18)
	for _, p := range generated(t, 8) {
		next, others := p.Question, 0
		for range 10 {
			s.sameSolution(rng, &next)
			require.True(t, p.Solution.Extends(next))
			require.Equal(t, 1, s.Count(next, 2))
			requireMinimal(t, next)
			if next != p.Question {
				others++
			}
		}
		require.Positive(t, others)
	}
}

func TestSwap(t *testing.T) {
	var w walk
	rng := newRNG(19)
	others, tooMany := 0, 0
	for _, p := range generated(t, 8) {
		for range 20 {
			next := p.Question
			if !w.swap(rng, &next) {
				tooMany++
				continue
			}
			require.Equal(t, 1, w.solver.Count(next, 2))
			require.Equal(t, p.Question.Givens(), next.Givens())
			if !p.Solution.Extends(next) {
				others++
			}
		}
	}
	require.Positive(t, others)
	require.Positive(t, tooMany)
}
