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

func TestSeries(t *testing.T) {
	if testing.Short() {
		t.Skip("makes hard puzzles for over a second")
	}
	ctx, rng := t.Context(), newRNG(1)
	var g Generator
	var s Solver
	const n = 24
	puzzles, err := g.Series(ctx, rng, n)
	require.NoError(t, err)
	require.Len(t, puzzles, n)
	var easy, middling, hard int
	for i, p := range puzzles {
		require.NoError(t, p.check())
		require.Equal(t, 1, s.Count(p.Question, 2))
		require.Equal(t, s.Rate(p.Question), p.Rating)
		requireMinimal(t, p.Question)
		for _, q := range puzzles[:i] {
			require.LessOrEqual(t, sharedGivens(&p.Question, &q.Question), mostShared)
		}
		switch {
		case p.Rating < freshRating:
			easy++
		case p.Rating < 17:
			middling++
		default:
			hard++
		}
	}
	t.Logf("%d easy, %d middling, %d hard", easy, middling, hard)
	require.InDelta(t, 0.25*n, easy, 5)
	require.InDelta(t, 0.25*n, middling, 5)
	require.InDelta(t, 0.5*n, hard, 5)
}

func TestSeriesDeterministic(t *testing.T) {
	var g Generator
	a, b := newRNG(8), newRNG(8)
	for range 2 {
		p, err := g.Series(t.Context(), a, 2)
		require.NoError(t, err)
		// A fresh generator shows that nothing carries over.
		q, err := new(Generator).Series(t.Context(), b, 2)
		require.NoError(t, err)
		require.Equal(t, p, q)
	}
	require.Equal(t, a.Uint64(), b.Uint64())

	for _, n := range []int{0, -1} {
		p, err := g.Series(t.Context(), a, n)
		require.NoError(t, err)
		require.Empty(t, p)
	}
}

// TestHardestUpTo finds for which wish the walk has come to a puzzle.
func TestHardestUpTo(t *testing.T) {
	wishes := []wish{{5, 2}, {7, 0}, {7, 3}, {20, 1}}
	for rating, want := range map[float64]int{1: 0, 5: 0, 6.9: 0, 7: 2, 19: 2, 20: 3, 99: 3} {
		require.Equal(t, want, hardestUpTo(wishes, rating), rating)
	}
	require.Zero(t, hardestUpTo(wishes[:1], 9))
}

// TestExtremeRating holds draws against the table that they come from.
func TestExtremeRating(t *testing.T) {
	rng := newRNG(2)
	const draws = 100000
	counts := make([]float64, len(extremeRatings))
	for range draws {
		r := extremeRating(rng)
		for i, q := range extremeRatings {
			if r <= q.rating {
				counts[i]++
			}
		}
	}
	for i, q := range extremeRatings {
		require.InDelta(t, q.share, counts[i]/draws, 0.01)
	}
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
