package sudoku

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSeries(t *testing.T) {
	if testing.Short() {
		t.Skip("makes hard puzzles for seconds")
	}
	var g Generator
	var s Solver
	const n = 32
	puzzles, err := g.Series(t.Context(), newRNG(2), n)
	require.NoError(t, err)
	require.Len(t, puzzles, n)
	seen := map[Grid]bool{}
	easy, exocets, oddagons := 0, 0, 0
	for _, p := range puzzles {
		require.NoError(t, p.check())
		require.Equal(t, 1, s.Count(p.Question, 2))
		require.Equal(t, s.Rate(p.Question), p.Rating)
		requireMinimal(t, p.Question)
		require.False(t, seen[p.Question])
		seen[p.Question] = true
		switch _, x := exocetOf(&s, p.Question.String()); {
		case !s.withstands(&p.Question, 9*Cells):
			easy++
		case x != nil:
			exocets++
		default:
			require.LessOrEqual(t, fewestGuardians(t, &p.Question), mostGuardians)
			oddagons++
		}
	}
	t.Logf("%d easy, %d exocets, %d oddagons", easy, exocets, oddagons)
	require.InDelta(t, easyShare*n, easy, 6)
	require.InDelta(t, exocetShare*n, exocets, 6)
	require.InDelta(t, (1-easyShare-exocetShare)*n, oddagons, 6)
}

func TestSeriesDeterministic(t *testing.T) {
	var g Generator
	a, b := newRNG(8), newRNG(8)
	for range 2 {
		p, err := g.Series(t.Context(), a, 1)
		require.NoError(t, err)
		// A fresh generator shows that nothing carries over.
		q, err := new(Generator).Series(t.Context(), b, 1)
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

// TestEasyRating holds draws against the table that they come from.
func TestEasyRating(t *testing.T) {
	require.Equal(t, easyShare, easyRatings[len(easyRatings)-1].share)
	rng := newRNG(2)
	const draws = 100000
	counts := make([]float64, len(easyRatings))
	for range draws {
		r := easyRating(easyShare * rng.Float64())
		for i, q := range easyRatings {
			if r <= q.rating {
				counts[i]++
			}
		}
	}
	for i, q := range easyRatings {
		require.InDelta(t, q.share, easyShare*counts[i]/draws, 0.01)
	}
}
