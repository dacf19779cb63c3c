package maze

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGenerate(t *testing.T) {
	var g Generator
	rng := newRNG(1)
	for _, tt := range []struct {
		s        Shape
		minMoves int
		n        int
	}{
		{Shape{1, 2}, 1, 5},
		{Shape{5, 5}, Shape{5, 5}.HardLength(), 5},
		{Shape{10, 10}, Shape{10, 10}.HardLength(), 5},
		{Shape{12, 7}, Shape{12, 7}.HardLength(), 5},
		{Shape{30, 30}, 1, 5},
		{Shape{30, 30}, Shape{30, 30}.HardLength(), 5},
	} {
		t.Run(fmt.Sprint(tt.s, tt.minMoves), func(t *testing.T) {
			seen := map[string]bool{}
			for range tt.n {
				p, err := g.Generate(t.Context(), rng, tt.s, tt.minMoves)
				require.NoError(t, err)
				require.NoError(t, p.check())
				require.Equal(t, tt.s, p.Question.Shape)
				solution, moves, err := p.Question.Solve()
				require.NoError(t, err)
				require.True(t, solution.Equal(p.Solution))
				require.Equal(t, moves, p.Rating)
				require.GreaterOrEqual(t, moves, tt.minMoves)
				seen[p.Question.String()] = true
			}
			require.Greater(t, len(seen), 1)
		})
	}
}

func TestGenerateDeterministic(t *testing.T) {
	var g Generator
	a, b := newRNG(7), newRNG(7)
	for range 3 {
		p, err := g.Generate(t.Context(), a, Shape{9, 12}, 20)
		require.NoError(t, err)
		// A fresh generator shows that nothing carries over.
		q, err := new(Generator).Generate(t.Context(), b, Shape{9, 12}, 20)
		require.NoError(t, err)
		require.Equal(t, p, q)
	}
	require.Equal(t, a.Uint64(), b.Uint64())
}

func TestGenerateErrors(t *testing.T) {
	var g Generator
	_, err := g.Generate(t.Context(), nil, Shape{2, 2}, 1)
	require.EqualError(t, err, "maze: generate: no random generator")
	_, err = g.Generate(t.Context(), newRNG(1), Shape{0, 2}, 1)
	require.EqualError(t, err, "maze: generate: 0 x 2 cells, want sides of 1 to 1024")
	for _, moves := range []int{-1, 0, 4} {
		_, err = g.Generate(t.Context(), newRNG(1), Shape{2, 2}, moves)
		require.EqualError(t, err, fmt.Sprintf("maze: generate: %d moves, 2 x 2 have room for 1 to 3", moves))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = g.Generate(ctx, newRNG(1), Shape{2, 2}, 3)
	require.ErrorIs(t, err, context.Canceled)
}

func TestHardLength(t *testing.T) {
	for side, want := range map[int]int{1: 2, 5: 13, 10: 29, 20: 67, 30: 109} {
		require.Equal(t, want, Shape{side, side}.HardLength())
	}
}

func BenchmarkGenerate(b *testing.B) {
	for _, side := range []int{10, 20, 30} {
		s := Shape{side, side}
		b.Run(s.String(), func(b *testing.B) {
			var g Generator
			rng := newRNG(1)
			for b.Loop() {
				if _, err := g.Generate(b.Context(), rng, s, s.HardLength()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
