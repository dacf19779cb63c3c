package anysize

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// A puzzle has one solution, and without a number of givens every one is needed.
func TestGenerate(t *testing.T) {
	for _, b := range shapes {
		t.Run(b.String(), func(t *testing.T) {
			s, err := NewSolver(b)
			require.NoError(t, err)
			count := func(g Grid) int {
				n, err := s.Count(t.Context(), g, 2)
				require.NoError(t, err)
				return n
			}
			for seed := range uint64(3) {
				p := generate(t, b, seed, 0)
				require.True(t, p.Solution.Solves(p.Question))
				require.Equal(t, 1, count(p.Question))
				for cell, v := range p.Question.Values {
					if v != 0 {
						less := Grid{b, slices.Clone(p.Question.Values)}
						less.Values[cell] = 0
						require.Equal(t, 2, count(less))
					}
				}
				require.Equal(t, p, generate(t, b, seed, 0))
				require.NotEqual(t, p, generate(t, b, seed+100, 0))

				more := generate(t, b, seed, b.Cells()*9/10)
				require.Equal(t, b.Cells()*9/10, more.Question.Givens())
				require.Equal(t, p.Solution, more.Solution)
				for cell, v := range p.Question.Values {
					require.True(t, v == 0 || v == more.Question.Values[cell])
				}
			}
		})
	}
}

func TestGenerate16x16(t *testing.T) {
	b := Boxes{4, 4}
	p := generate(t, b, 1, 116)
	require.Equal(t, 116, p.Question.Givens())
	s, err := NewSolver(b)
	require.NoError(t, err)
	n, err := s.Count(t.Context(), p.Question, 2)
	require.NoError(t, err)
	require.Equal(t, 1, n)
}

func TestGenerateErrors(t *testing.T) {
	_, err := NewGenerator(Boxes{9, 9})
	require.ErrorContains(t, err, "anysize: boxes of 9x9 cells")
	g, err := NewGenerator(Boxes{2, 3})
	require.NoError(t, err)
	_, err = g.Generate(t.Context(), nil, 0)
	require.ErrorContains(t, err, "no random generator")
	for _, givens := range []int{-1, 37} {
		_, err = g.Generate(t.Context(), newRNG(1), givens)
		require.ErrorContains(t, err, "want 0 to 36")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = g.Generate(ctx, newRNG(1), 0)
	require.ErrorIs(t, err, context.Canceled)
}

func BenchmarkGenerate(b *testing.B) {
	for _, c := range []struct {
		boxes  Boxes
		givens int
	}{{Boxes{3, 3}, 0}, {Boxes{3, 4}, 0}, {Boxes{4, 4}, 116}} {
		b.Run(c.boxes.String(), func(b *testing.B) {
			g, err := NewGenerator(c.boxes)
			require.NoError(b, err)
			rng := newRNG(1)
			for b.Loop() {
				_, err := g.Generate(b.Context(), rng, c.givens)
				require.NoError(b, err)
			}
		})
	}
}
