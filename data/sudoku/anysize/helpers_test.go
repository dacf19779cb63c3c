package anysize

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data/sudoku"
)

// shapes are of every kind: square boxes, wide and high ones, rows and columns.
var shapes = []Boxes{{2, 2}, {2, 3}, {3, 2}, {2, 4}, {3, 3}, {1, 2}, {1, 5}, {5, 1}, {3, 4}}

func newRNG(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

// board reads a grid whose rows are apart.
func board(t testing.TB, b Boxes, s string) Grid {
	t.Helper()
	g, err := Parse(b, strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err)
	return g
}

// classic returns a grid of 9 x 9 cells.
func classic(g sudoku.Grid) Grid { return Grid{Boxes{3, 3}, g[:]} }

// generate makes a puzzle.
func generate(t testing.TB, b Boxes, seed uint64, givens int) Puzzle {
	t.Helper()
	g, err := NewGenerator(b)
	require.NoError(t, err)
	p, err := g.Generate(t.Context(), newRNG(seed), givens)
	require.NoError(t, err)
	return p
}
