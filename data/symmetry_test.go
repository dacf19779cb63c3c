package data

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSymmetryInverse(t *testing.T) {
	rng := newRNG(1)
	puzzle, solution := mustGrid(t, testPuzzle), mustGrid(t, testSolution)
	transposed := 0
	for range 500 {
		s := RandomSymmetry(rng)
		if s.transpose {
			transposed++
		}
		image := s.Apply(solution)
		require.True(t, image.Solved())
		require.NotEqual(t, solution, image)
		require.Equal(t, puzzle.Givens(), s.Apply(puzzle).Givens())
		require.True(t, image.Extends(s.Apply(puzzle)))
		require.Equal(t, solution, s.Inverse().Apply(image))
		require.Equal(t, image, s.Apply(s.Inverse().Apply(image)))
		require.Equal(t, s, s.Inverse().Inverse())
	}
	require.InDelta(t, 250, transposed, 60)
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

func TestSymmetryDrawsAll(t *testing.T) {
	rng := newRNG(4)
	lines, digits := map[[9]uint8]int{}, map[uint8]int{}
	for range 20000 {
		s := RandomSymmetry(rng)
		lines[s.rows]++
		digits[s.digits[0]]++
	}
	require.Len(t, lines, 6*6*6*6)
	require.Len(t, digits, 9)
}

func TestSymmetryAllocs(t *testing.T) {
	rng, g := newRNG(5), mustGrid(t, testPuzzle)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		s := RandomSymmetry(rng)
		g = s.Inverse().Apply(s.Apply(g))
	}))
	require.Equal(t, testPuzzle, g.String())
}
