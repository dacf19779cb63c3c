package sudoku

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data"
)

// twoCopies is a folder of one group with a puzzle and a symmetric copy.
func twoCopies(t testing.TB, p Puzzle) data.FolderContents {
	t.Helper()
	s := RandomSymmetry(newRNG(1))
	c := FolderContents([]Puzzle{p, {Question: s.Apply(p.Question), Solution: s.Apply(p.Solution)}})
	c.Groups = [][]data.FolderPuzzle{append(c.Groups[0], c.Groups[1]...)}
	return c
}

func open(t testing.TB, paths ...string) *data.Set {
	t.Helper()
	s, err := Open(paths...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestOpen(t *testing.T) {
	puzzles := generated(t, 3)
	dir := t.TempDir()
	file := filepath.Join(dir, "a, b.csv") // commas are nothing special
	require.NoError(t, SaveCSV(file, puzzles))
	require.NoError(t, data.WriteFolder(dir, "train", twoCopies(t, puzzles[0])))
	folder := filepath.Join(dir, "train")

	for _, tt := range []struct {
		paths            []string
		groups, examples int
		ratings          string
	}{
		{[]string{file}, 3, 3, fmt.Sprint([]int{puzzles[0].Rating, puzzles[1].Rating, puzzles[2].Rating})},
		{[]string{folder}, 1, 2, "[-1 -1]"},
		{[]string{folder + "/", file}, 4, 5, fmt.Sprint([]int{-1, -1, puzzles[0].Rating, puzzles[1].Rating, puzzles[2].Rating})},
	} {
		s := open(t, tt.paths...)
		require.Equal(t, tt.groups, s.Groups().Len())
		e := s.Examples()
		require.Equal(t, []int{tt.examples, 81, 11, 1}, []int{e.Len(), e.SeqLen(), e.VocabSize(), e.NumPuzzleIDs()})
		ratings := []int{}
		in, lab := make([]int32, 81), make([]int32, 81)
		for i := range e.Len() {
			ratings = append(ratings, data.Rating(e, i))
			id, err := e.Row(i, nil, in, lab)
			require.NoError(t, err)
			require.Zero(t, id)
			require.True(t, grid(t, lab).Solved())
			require.True(t, grid(t, lab).Extends(grid(t, in)))
		}
		require.Equal(t, tt.ratings, fmt.Sprint(ratings))
		require.NoError(t, s.Close())
	}
}

// TestOpenToTrain draws from a folder, with augmentation on top.
func TestOpenToTrain(t *testing.T) {
	puzzles := generated(t, 1)
	dir := t.TempDir()
	require.NoError(t, data.WriteFolder(dir, "train", twoCopies(t, puzzles[0])))
	s := open(t, filepath.Join(dir, "train"))
	rows, err := Augment(s.Groups())
	require.NoError(t, err)
	sampler, err := data.NewSampler(rows, 1)
	require.NoError(t, err)
	in, lab := make([]int32, 81), make([]int32, 81)
	seen := map[Grid]bool{}
	for n := range uint64(20) {
		_, err := sampler.At(n, in, lab)
		require.NoError(t, err)
		require.True(t, grid(t, lab).Solved())
		require.True(t, grid(t, lab).Extends(grid(t, in)))
		seen[grid(t, in)] = true
	}
	require.Len(t, seen, 20)
	require.NoError(t, s.Close())
	_, err = sampler.At(0, in, lab)
	require.ErrorIs(t, err, os.ErrClosed)
}

// TestOpenPadded opens a folder with padding and ignored labels, which stay through
// every symmetry.
func TestOpenPadded(t *testing.T) {
	c := FolderContents(generated(t, 1))
	p := &c.Groups[0][0]
	p.Inputs[0][5], p.Labels[0][5] = 0, data.IgnoreLabel
	dir := t.TempDir()
	require.NoError(t, data.WriteFolder(dir, "test", c))
	rows, err := Augment(open(t, filepath.Join(dir, "test")).Groups())
	require.NoError(t, err)
	rng := newRNG(1)
	in, lab := make([]int32, 81), make([]int32, 81)
	for range 10 {
		_, err := rows.Row(0, rng, in, lab)
		require.NoError(t, err)
		for i := range in {
			require.Equal(t, in[i] == 0, lab[i] == data.IgnoreLabel)
		}
		require.Contains(t, in, int32(0))
	}
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.csv")
	require.NoError(t, SaveCSV(file, generated(t, 1)))
	none := filepath.Join(dir, "none.csv")
	require.NoError(t, SaveCSV(none, nil))
	wrong := filepath.Join(dir, "wrong.csv")
	require.NoError(t, os.WriteFile(wrong, []byte("<html>\n"), 0o666))
	require.NoError(t, data.WriteFolder(filepath.Join(dir, "maze"), "test", data.FolderContents{
		VocabSize: 6, SeqLen: 4, Identifiers: []string{"<blank>"},
		Groups: [][]data.FolderPuzzle{{{Inputs: [][]int32{{1, 2, 3, 4}}, Labels: [][]int32{{1, 2, 3, 4}}}}},
	}))
	maze := filepath.Join(dir, "maze", "test")
	require.NoError(t, data.WriteFolder(filepath.Join(dir, "empty"), "test", FolderContents(nil)))

	for want, paths := range map[string][]string{
		"no paths":                    nil,
		"missing":                     {file, filepath.Join(dir, "missing")},
		none + ": no puzzles":         {file, none},
		wrong + ":1: want the header": {wrong},
		"a data set of several splits; choose from " + maze:  {filepath.Join(dir, "maze")},
		maze + ": rows of 4 tokens out of 6 are not Sudokus": {file, maze},
		filepath.Join(dir, "empty", "test") + ": no puzzles": {filepath.Join(dir, "empty", "test")},
		filepath.Join("b", "dataset.json"):                   {mkdir(t, dir, "b")},
	} {
		_, err := Open(paths...)
		require.ErrorContains(t, err, want)
	}
}

func mkdir(t testing.TB, dir, name string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.Mkdir(path, 0o777))
	return path
}
