package sudoku

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data"
)

func TestVaryExtraGivens(t *testing.T) {
	s := testRow(t)
	r, err := Vary(Rows{s}, Variety{ExtraGivens: 1})
	require.NoError(t, err)
	in, lab := make([]int32, 81), make([]int32, 81)
	rng := newRNG(1)
	blanks := Cells - s.Question.Givens()
	counts := map[any]float64{}
	filled := [Cells]int{}
	const draws = 100
	for range draws * blanks {
		_, err := r.Row(0, rng, in, lab)
		require.NoError(t, err)
		g := grid(t, in)
		require.True(t, g.Extends(s.Question))
		require.True(t, s.Solution.Extends(g))
		require.Equal(t, s.Solution, grid(t, lab))
		counts[g.Givens()-s.Question.Givens()]++
		for c, v := range g {
			if v != 0 && s.Question[c] == 0 {
				filled[c]++
			}
		}
	}
	requireEven(t, counts, blanks)
	for c, n := range filled {
		if s.Question[c] == 0 {
			require.InDelta(t, 0.5, float64(n)/float64(draws*blanks), 0.05)
		}
	}
}

func TestVaryWrongValues(t *testing.T) {
	s := testRow(t)
	r, err := Vary(Rows{s}, Variety{WrongValues: 1})
	require.NoError(t, err)
	in, lab := make([]int32, 81), make([]int32, 81)
	rng := newRNG(2)
	var solver Solver
	seen := map[Grid]bool{}
	for range 300 {
		_, err := r.Row(0, rng, in, lab)
		require.NoError(t, err)
		g := grid(t, in)
		require.True(t, g.Extends(s.Question))
		require.Equal(t, s.Question.Givens()+1, g.Givens())
		require.True(t, g.Consistent())
		require.Zero(t, solver.Count(g, 1))
		for _, l := range lab {
			require.Equal(t, int32(data.IgnoreLabel), l)
		}
		seen[g] = true
	}
	require.Greater(t, len(seen), 100)
}

// TestVaryShares counts the kinds, and that the same draws come from the same numbers.
func TestVaryShares(t *testing.T) {
	s := testRow(t)
	r, err := Vary(Rows{s, s}, Variety{ExtraGivens: 0.3, WrongValues: 0.2})
	require.NoError(t, err)
	in, lab := make([]int32, 81), make([]int32, 81)
	again, labels := make([]int32, 81), make([]int32, 81)
	rng, same := newRNG(3), newRNG(3)
	kinds := map[string]float64{}
	const draws = 5000
	for range draws {
		_, err := r.Row(1, rng, in, lab)
		require.NoError(t, err)
		_, err = r.Row(1, same, again, labels)
		require.NoError(t, err)
		require.Equal(t, in, again)
		require.Equal(t, lab, labels)
		switch {
		case lab[0] == data.IgnoreLabel:
			kinds["wrong"]++
		case grid(t, in) == s.Question:
			kinds["plain"]++
		default:
			kinds["extra"]++
		}
	}
	require.InDelta(t, 0.3, kinds["extra"]/draws, 0.03)
	require.InDelta(t, 0.2, kinds["wrong"]/draws, 0.03)

	_, err = r.Row(0, nil, in, lab)
	require.NoError(t, err)
	require.Equal(t, s.Question, grid(t, in), "without numbers a row is as stored")
}

// TestVaryNothingToChange draws complete grids, and cells without a label.
func TestVaryNothingToChange(t *testing.T) {
	s := testRow(t)
	full := s
	full.Question = full.Solution
	in, lab := make([]int32, 81), make([]int32, 81)
	for _, v := range []Variety{{ExtraGivens: 1}, {WrongValues: 1}} {
		for _, rows := range []data.Rows{Rows{full}, unlabelled{Rows{s}}} {
			r, err := Vary(rows, v)
			require.NoError(t, err)
			want := make([]int32, 81)
			_, err = rows.Row(0, nil, want, lab)
			require.NoError(t, err)
			_, err = r.Row(0, newRNG(1), in, lab)
			require.NoError(t, err)
			require.Equal(t, want, in)
		}
	}
}

func TestVaryErrors(t *testing.T) {
	for _, v := range []Variety{{-0.1, 0}, {0, -0.1}, {0.6, 0.5}, {math.NaN(), 0}, {0, math.Inf(1)}} {
		_, err := Vary(Rows{}, v)
		require.ErrorContains(t, err, "want none below 0 and at most 1 together")
	}
	_, err := Vary(oddRows{}, Variety{})
	require.ErrorContains(t, err, "sudoku: vary: rows of 80 tokens")

	s := testRow(t)
	s.Question = s.Solution
	s.Question[0] = s.Question[1]
	r, err := Vary(Rows{s}, Variety{WrongValues: 1})
	require.NoError(t, err)
	in, lab := make([]int32, 81), make([]int32, 81)
	_, err = r.Row(0, newRNG(1), in, lab)
	require.EqualError(t, err, "sudoku: row 0: the givens break the rules")
	_, err = r.Row(1, newRNG(1), in, lab)
	require.ErrorContains(t, err, "row 1 of 1")
}
