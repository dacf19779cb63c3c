package sudoku

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGenerate(t *testing.T) {
	var g Generator
	var s Solver
	ctx := context.Background()
	for _, tt := range []struct{ rating, n int }{{0, 40}, {1, 20}, {5, 5}, {20, 3}} {
		t.Run(fmt.Sprint(tt.rating), func(t *testing.T) {
			rng := newRNG(uint64(tt.rating))
			seen := map[Grid]bool{}
			for range tt.n {
				p, err := g.Generate(ctx, rng, tt.rating)
				require.NoError(t, err)
				require.NoError(t, p.check())
				require.Equal(t, 1, s.Count(p.Question, 2))
				require.GreaterOrEqual(t, p.Rating, tt.rating)
				require.Equal(t, s.Rate(p.Question), p.Rating)
				require.False(t, seen[p.Question])
				seen[p.Question] = true
				requireMinimal(t, p.Question)
			}
		})
	}
}

// requireMinimal checks that every given is needed.
func requireMinimal(t *testing.T, g Grid) {
	t.Helper()
	var s Solver
	for i, v := range g {
		if v != 0 {
			less := g
			less[i] = 0
			require.Equal(t, 2, s.Count(less, 2))
		}
	}
}

func TestGenerateDeterministic(t *testing.T) {
	ctx := context.Background()
	var g Generator
	a, b := newRNG(7), newRNG(7)
	for range 3 {
		p, err := g.Generate(ctx, a, 4)
		require.NoError(t, err)
		// A fresh generator shows that nothing carries over.
		q, err := new(Generator).Generate(ctx, b, 4)
		require.NoError(t, err)
		require.Equal(t, p, q)
	}
	require.Equal(t, a.Uint64(), b.Uint64())
}

func TestGenerateErrors(t *testing.T) {
	var g Generator
	ctx, cancel := context.WithCancel(context.Background())
	_, err := g.Generate(ctx, nil, 0)
	require.ErrorContains(t, err, "no random generator")
	_, err = g.Generate(ctx, newRNG(1), -1)
	require.ErrorContains(t, err, "negative")
	cancel()
	_, err = g.Generate(ctx, newRNG(1), 0)
	require.ErrorIs(t, err, context.Canceled)
	_, err = g.Hardest(ctx, newRNG(1))
	require.ErrorIs(t, err, context.Canceled)
	_, err = g.Hardest(t.Context(), nil)
	require.ErrorContains(t, err, "no random generator")
	_, err = g.Series(ctx, newRNG(1), 1)
	require.ErrorIs(t, err, context.Canceled)
	_, err = g.Series(t.Context(), nil, 1)
	require.ErrorContains(t, err, "no random generator")
}

func BenchmarkGenerate(b *testing.B) {
	for _, rating := range []int{0, 1, 5, 10, 20} {
		b.Run(fmt.Sprintf("rating-%d", rating), func(b *testing.B) {
			var g Generator
			rng := newRNG(1)
			sum := 0
			for b.Loop() {
				p, err := g.Generate(context.Background(), rng, rating)
				if err != nil {
					b.Fatal(err)
				}
				sum += p.Rating
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "puzzles/s")
			b.ReportMetric(float64(sum)/float64(b.N), "rating/op")
		})
	}
}

func BenchmarkSeries(b *testing.B) {
	var g Generator
	rng := newRNG(1)
	for b.Loop() {
		if _, err := g.Series(context.Background(), rng, 16); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(16*float64(b.N)/b.Elapsed().Seconds(), "puzzles/s")
}
