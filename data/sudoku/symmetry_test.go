package sudoku

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

func TestSymmetryInverse(t *testing.T) {
	rng := newRNG(1)
	puzzle, solution := mustGrid(t, testPuzzle), mustGrid(t, testSolution)
	for range 500 {
		s := RandomSymmetry(rng)
		image := s.Apply(solution)
		require.True(t, image.Solved())
		require.NotEqual(t, solution, image)
		require.Equal(t, puzzle.Givens(), s.Apply(puzzle).Givens())
		require.True(t, image.Extends(s.Apply(puzzle)))
		require.Equal(t, solution, s.Inverse().Apply(image))
		require.Equal(t, image, s.Apply(s.Inverse().Apply(image)))
		require.Equal(t, s, s.Inverse().Inverse())
	}
}

func TestSymmetryIdentity(t *testing.T) {
	g := mustGrid(t, testPuzzle)
	require.Equal(t, g, Identity().Apply(g))
	require.Equal(t, Symmetry{}, Identity())
	require.Equal(t, Identity(), Identity().Inverse())

	// Values that are no digits move but stay what they are.
	g[0] = 12
	image := RandomSymmetry(newRNG(2)).Apply(g)
	require.Contains(t, image[:], uint8(12))
}

// TestSymmetryParts holds each part of a symmetry against its definition.
func TestSymmetryParts(t *testing.T) {
	rng := newRNG(3)
	for range 50 {
		s := RandomSymmetry(rng)
		rows, cols, digits := s.rows, s.cols, s.digits
		encode(&rows)
		encode(&cols)
		encode(&digits)
		for i := range 9 {
			require.Equal(t, rows[i/3*3]/3, rows[i]/3, "a band stays together")
			require.Equal(t, cols[i/3*3]/3, cols[i]/3, "a stack stays together")
		}
		g := mustGrid(t, testPuzzle)
		image := s.Apply(g)
		for i := range 9 {
			for j := range 9 {
				r, c := int(rows[i]), int(cols[j])
				if s.transpose {
					r, c = c, r
				}
				want := g[9*r+c]
				if want > 0 {
					want = digits[want-1] + 1
				}
				require.Equal(t, want, image[9*i+j])
			}
		}
	}
}

// The tables of cells and tokens say what Apply does.
func TestSymmetryTables(t *testing.T) {
	rng, g := newRNG(6), mustGrid(t, testPuzzle)
	inputs := g.AppendTokens(nil)
	for range 50 {
		s := RandomSymmetry(rng)
		cells, tokens := s.Cells(), s.Tokens()
		require.Len(t, tokens, Vocab)
		require.Zero(t, tokens[0], "padding stays")
		want := s.Apply(g).AppendTokens(nil)
		for i, c := range cells {
			require.Equal(t, want[i], tokens[inputs[c]])
		}
	}
}

// TestSymmetryDrawsEvenly counts the values that the parts of a symmetry take.
func TestSymmetryDrawsEvenly(t *testing.T) {
	const draws = 20 * 1296
	rng := newRNG(4)
	rows, cols, digits := map[any]float64{}, map[any]float64{}, map[any]float64{}
	turned := map[any]float64{}
	for range draws {
		s := RandomSymmetry(rng)
		rows[s.rows]++
		cols[s.cols]++
		digits[s.digits[0]]++
		turned[s.transpose]++
	}
	requireEven(t, rows, 6*6*6*6)
	requireEven(t, cols, 6*6*6*6)
	requireEven(t, digits, 9)
	requireEven(t, turned, 2)
}

// requireEven holds counts against draws with equal probability, by a chi-squared test
// that equal probabilities fail once in a million times.
func requireEven(t *testing.T, counts map[any]float64, values int) {
	t.Helper()
	require.Len(t, counts, values)
	seen := slices.Collect(maps.Values(counts))
	want := make([]float64, values)
	floats.AddConst(floats.Sum(seen)/float64(values), want)
	chi := distuv.ChiSquared{K: float64(values - 1)}
	require.Less(t, stat.ChiSquare(seen, want), chi.Quantile(1-1e-6))
}

func TestSymmetryAllocs(t *testing.T) {
	rng, g := newRNG(5), mustGrid(t, testPuzzle)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		s := RandomSymmetry(rng)
		g = s.Inverse().Apply(s.Apply(g))
	}))
	require.Equal(t, testPuzzle, g.String())
}
