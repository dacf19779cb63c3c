package maze

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/internal/foldertest"
)

const (
	// envMazeHard names the folder with the two files of Maze-Hard.
	envMazeHard = "REREAD_MAZE_HARD"
	// envFolders names the folder with published data set folders.
	envFolders = "REREAD_DATA_FOLDERS"
)

// published reads a split of Maze-Hard.
func published(t testing.TB, split string) []Puzzle {
	t.Helper()
	dir := os.Getenv(envMazeHard)
	if dir == "" {
		t.Skip(envMazeHard + " does not name the folder with maze-30x30-hard-1k-train.csv.gz and -test.csv.gz")
	}
	puzzles, err := LoadCSV(filepath.Join(dir, "maze-30x30-hard-1k-"+split+".csv.gz"))
	require.NoError(t, err)
	require.Len(t, puzzles, 1000)
	return puzzles
}

// TestPublishedSolutions marks the paths that the published files mark.
func TestPublishedSolutions(t *testing.T) {
	for _, split := range []string{"train", "test"} {
		for i, p := range published(t, split) {
			solution, _, err := p.Question.Solve()
			require.NoError(t, err)
			require.True(t, solution.Equal(p.Solution), "%s %d", split, i)
		}
	}
}

func TestPublishedFolder(t *testing.T) {
	dir := os.Getenv(envFolders)
	if dir == "" {
		t.Skip(envFolders + " does not name the folder with the data set folder maze-30x30-hard-1k")
	}
	dir = filepath.Join(dir, "maze-30x30-hard-1k")
	for _, split := range []string{"train", "test"} {
		own := t.TempDir()
		rows := newRows(t, published(t, split))
		require.NoError(t, data.WriteFolder(own, split, rows.FolderContents(false)))
		foldertest.RequireSame(t, dir, own, split)
	}
}
