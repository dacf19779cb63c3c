package maze

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data"
)

func TestOpen(t *testing.T) {
	puzzles := small(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "a.csv")
	require.NoError(t, SaveCSV(file, puzzles))
	require.NoError(t, data.WriteFolder(dir, "train", newRows(t, puzzles).FolderContents(true)))
	folder := filepath.Join(dir, "train")

	s := puzzles[0].Question.Shape
	set, err := Open(s, folder, file)
	require.NoError(t, err)
	require.Equal(t, 4, set.Groups().Len())
	rows := set.Examples()
	require.Equal(t, []int{18, 9, 6, 1}, []int{rows.Len(), rows.SeqLen(), rows.VocabSize(), rows.NumPuzzleIDs()})
	require.Equal(t, 4, data.Rating(rows, 16))
	in, lab := make([]int32, 9), make([]int32, 9)
	for i := range rows.Len() {
		_, err := rows.Row(i, nil, in, lab)
		require.NoError(t, err)
		require.True(t, s.Keeps(in, lab))
	}
	require.NoError(t, set.Close())

	for want, open := range map[string]struct {
		s     Shape
		paths []string
	}{
		"no paths":       {s, nil},
		"0 x 3 cells":    {Shape{0, 3}, []string{file}},
		"train: rows of": {Shape{9, 9}, []string{folder}},
		"a.csv: maze: puzzle 0 has 3 x 3 cells, want 9 x 9": {Shape{9, 9}, []string{file}},
		"choose from " + folder:                             {s, []string{dir}},
	} {
		_, err := Open(open.s, open.paths...)
		require.ErrorContains(t, err, want)
	}
}

func TestFolderContents(t *testing.T) {
	puzzles := small(t)
	c := newRows(t, puzzles).FolderContents(true)
	require.Len(t, c.Groups, 2)
	for i, group := range c.Groups {
		require.Len(t, group, 8)
		for d, p := range group {
			image, err := Dihedral(d).Apply(puzzles[i].Question)
			require.NoError(t, err)
			require.Equal(t, [][]int32{image.AppendTokens(nil)}, p.Inputs)
			image, err = Dihedral(d).Apply(puzzles[i].Solution)
			require.NoError(t, err)
			require.Equal(t, [][]int32{image.AppendTokens(nil)}, p.Labels)
		}
	}
	wide := Puzzle{Question: mustGrid(t, "S G"), Solution: mustGrid(t, "SoG")}
	require.Len(t, newRows(t, []Puzzle{wide}).FolderContents(true).Groups[0], 4)
	require.Len(t, newRows(t, []Puzzle{wide}).FolderContents(false).Groups[0], 1)
}
