package sudoku

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/internal/puzzlecsv"
)

func TestReadGrids(t *testing.T) {
	want := []Grid{mustGrid(t, testPuzzle), mustGrid(t, testSolution)}
	list := "# two puzzles, of which one is solved\r\n\r\n  " + testPuzzle + " \r\n" + testSolution
	csv := "\n" + puzzlecsv.Header + "\na," + testPuzzle + "," + testSolution + ",3\nb," + testSolution + "," + testSolution + ",0\n"
	for name, in := range map[string][]byte{
		"list":         []byte(list),
		"marked list":  []byte("\ufeff" + list),
		"UTF-16 list":  wide(list, binary.LittleEndian),
		"gzipped list": zipped(t, []byte(list)),
		"CSV":          []byte(csv),
		"UTF-16 CSV":   wide(csv, binary.BigEndian),
		"quoted CSV":   []byte(strings.Replace(csv, "source,question", `"source","question"`, 1)),
	} {
		grids, err := ReadGrids(bytes.NewReader(in), name)
		require.NoError(t, err, name)
		require.Equal(t, want, grids, name)
	}
	grids, err := ReadGrids(strings.NewReader("# nothing, but for this"), "none")
	require.NoError(t, err)
	require.Empty(t, grids)
}

func TestReadGridsErrors(t *testing.T) {
	for in, want := range map[string]string{
		testPuzzle + "\n\n12\n":                 "p.txt:3: grid has 2 characters, want 81",
		"11" + strings.Repeat(".", 79):          "p.txt:1: the givens break the rules: two 1s in row 1",
		"1........1" + strings.Repeat(".", 71):  "p.txt:1: the givens break the rules: two 1s in column 1",
		"1.........1" + strings.Repeat(".", 70): "p.txt:1: the givens break the rules: two 1s in box 1",
		"source,puzzle\n":                       `p.txt:1: want the header`,
		strings.Repeat("1", 10000):              "p.txt:1: line of over 4096 bytes",
		"<!DOCTYPE html>\n<html>":               "p.txt:1: grid has 15 characters, want 81; found an HTML page",
		"PK\x03\x04":                            "p.txt:1: grid has 4 characters, want 81; found a zip archive",
		"\x1f\x8bnot gzip at all":               "p.txt: gzip",
	} {
		_, err := ReadGrids(strings.NewReader(in), "p.txt")
		require.ErrorContains(t, err, want)
	}
}

func FuzzReadGrids(f *testing.F) {
	f.Add([]byte(testPuzzle + "\n# more\n" + testSolution))
	f.Add([]byte(puzzlecsv.Header + "\na," + testPuzzle + "," + testSolution + ",3\n"))
	f.Add(wide(testPuzzle, binary.LittleEndian))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			return
		}
		grids, err := ReadGrids(bytes.NewReader(b), "fuzz")
		if err != nil {
			require.Contains(t, err.Error(), "fuzz")
			return
		}
		for _, g := range grids {
			require.True(t, g.Consistent())
		}
	})
}
