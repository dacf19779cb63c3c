package main

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/train"
)

func TestEval(t *testing.T) {
	path := writePuzzles(t, "4")
	r := call(t, "", "eval", "-data", path, "-n", "3", "-steps", "2", "-json")
	require.Zero(t, r.code, r.stderr)
	var object map[string]any
	require.NoError(t, json.Unmarshal([]byte(r.stdout), &object))
	require.EqualValues(t, 3, object["puzzles"])
	require.EqualValues(t, 2, object["mean_steps"])
	for _, name := range []string{"exact", "cell", "seconds"} {
		require.IsType(t, 0.0, object[name], name)
	}
	require.Len(t, object["by_step"], 2)
	require.Len(t, object["by_rating"], 5)
	require.Contains(t, r.stdout, `">50"`)

	for _, precision := range []string{"bfloat16", "int8"} {
		r = call(t, "", "eval", "-data", path, "-steps", "1", "-halt", "-precision", precision)
		require.Zero(t, r.code, r.stderr)
		require.Contains(t, r.stdout, "95% interval")
	}
}

func TestEvalBadInput(t *testing.T) {
	for _, args := range [][]string{{}, {"-data", "no/such/file"}, {"-data", "x", "-n", "-1"}, {"-data", "x", "-steps", "0"}, {"-data", writePuzzles(t, "4"), "-precision", "float16"}} {
		require.Equal(t, 2, call(t, "", append([]string{"eval"}, args...)...).code, args)
	}
}

func TestByRating(t *testing.T) {
	var puzzles sudoku.Rows
	var outcomes []train.Outcome
	for i, rating := range []int{0, 1, 2, 3, 10, 11, 50, 51, 1000} {
		puzzles = append(puzzles, sudoku.Puzzle{Rating: rating})
		outcomes = append(outcomes, train.Outcome{Exact: i%2 == 0})
	}
	require.Equal(t, []ratingAccuracy{{"0", 1, 1}, {"1-2", 2, 0.5}, {"3-10", 2, 0.5}, {"11-50", 2, 0.5}, {">50", 2, 0.5}}, byRating(puzzles, outcomes))
	puzzles[1].Rating = data.Unrated
	require.Equal(t, []ratingAccuracy{{"unknown", 1, 0}, {"0", 1, 1}, {"1-2", 1, 1}}, byRating(puzzles, outcomes)[:3])
}

// TestEvalFolder evaluates on a data set folder as on the CSV file of the same puzzles.
func TestEvalFolder(t *testing.T) {
	file := writePuzzles(t, "3")
	puzzles, err := sudoku.LoadCSV(file)
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, data.WriteFolder(dir, "test", sudoku.FolderContents(puzzles)))
	var exact []float64
	for _, path := range []string{file, filepath.Join(dir, "test")} {
		r := call(t, "", "eval", "-data", path, "-steps", "2", "-json")
		require.Zero(t, r.code, r.stderr)
		var e evalReport
		require.NoError(t, json.Unmarshal([]byte(r.stdout), &e))
		require.Equal(t, 3, e.Puzzles)
		exact = append(exact, e.Cell)
		if path != file {
			require.Equal(t, "unknown", e.ByRating[0].Rating)
		}
	}
	require.Equal(t, exact[0], exact[1])
}

func TestWilson(t *testing.T) {
	for _, c := range []struct {
		share  float64
		n      int
		lo, hi float64
	}{{0, 10, 0, 0.2775}, {0.5, 10, 0.2366, 0.7634}, {1, 10, 0.7225, 1}, {0.9, 1000, 0.8798, 0.9171}} {
		lo, hi := wilson(c.share, c.n)
		require.InDelta(t, c.lo, lo, 1e-4)
		require.InDelta(t, c.hi, hi, 1e-4)
	}
}
