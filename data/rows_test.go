package data

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSudokuRows(t *testing.T) {
	s := testRow(t)
	r := SudokuRows{Puzzles: []Sudoku{s, s}, Augment: true}
	require.Equal(t, []int{2, 81, 11, 1}, []int{r.Len(), r.SeqLen(), r.VocabSize(), r.NumPuzzleIDs()})
	in, lab := make([]int32, 81), make([]int32, 81)

	_, err := r.Row(0, nil, in, lab)
	require.NoError(t, err)
	require.Equal(t, s.Puzzle, grid(t, in))
	require.Equal(t, s.Solution, grid(t, lab))

	rng := newRNG(1)
	for range 20 {
		_, err = r.Row(1, rng, in, lab)
		require.NoError(t, err)
		require.NotEqual(t, s.Puzzle, grid(t, in))
		require.True(t, grid(t, lab).Solved())
		require.True(t, grid(t, lab).Extends(grid(t, in)))
	}
	r.Augment = false
	_, err = r.Row(1, rng, in, lab)
	require.NoError(t, err)
	require.Equal(t, s.Puzzle, grid(t, in))

	for _, i := range []int{-1, 2} {
		_, err = r.Row(i, rng, in, lab)
		require.ErrorContains(t, err, "of 2")
	}
	_, err = r.Row(0, rng, in, lab[:80])
	require.ErrorContains(t, err, "80 labels, want 81")
}

func grid(t testing.TB, tokens []int32) Grid {
	t.Helper()
	g, err := GridFromTokens(tokens)
	require.NoError(t, err)
	return g
}

func TestSudokuRowsAllocs(t *testing.T) {
	var r Rows = SudokuRows{Puzzles: []Sudoku{testRow(t)}, Augment: true}
	in, lab := make([]int32, 81), make([]int32, 81)
	rng := newRNG(1)
	require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = r.Row(0, rng, in, lab) }))
}

func BenchmarkSudokuRow(b *testing.B) {
	var r Rows = SudokuRows{Puzzles: []Sudoku{testRow(b)}, Augment: true}
	in, lab := make([]int32, 81), make([]int32, 81)
	rng := newRNG(1)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = r.Row(0, rng, in, lab)
	}
}
