package data

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// localData returns a path in the optional local data directory, or skips.
func localData(t testing.TB, elem ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{"..", "..", "shared", "data"}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("optional local data directory has no %s", filepath.Join(elem...))
	}
	return path
}

func localPuzzles(t testing.TB, name string) []Sudoku {
	t.Helper()
	rows, err := OpenSudokuCSV(localData(t, "sudoku", name))
	require.NoError(t, err)
	return rows
}

func newRNG(seed uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, 1))
}

func mustGrid(t testing.TB, s string) Grid {
	t.Helper()
	g, err := ParseGrid(s)
	require.NoError(t, err)
	return g
}
