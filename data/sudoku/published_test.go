package sudoku

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/internal/foldertest"
)

// TestPublishedFolder makes the published test split out of the published puzzles.
func TestPublishedFolder(t *testing.T) {
	file, dir := os.Getenv("REREAD_SUDOKU_EXTREME"), os.Getenv("REREAD_DATA_FOLDERS")
	if file == "" {
		t.Skip("REREAD_SUDOKU_EXTREME does not name the file with 500 test puzzles of Sudoku-Extreme")
	}
	if dir == "" {
		t.Skip("REREAD_DATA_FOLDERS does not name the folder with the data set folder sudoku-extreme-1k")
	}
	puzzles, err := LoadCSV(file)
	require.NoError(t, err)
	own := t.TempDir()
	require.NoError(t, data.WriteFolder(own, "test", FolderContents(puzzles)))
	foldertest.RequireSame(t, filepath.Join(dir, "sudoku-extreme-1k"), own, "test")
}
