package maze

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/internal/puzzlecsv"
)

// small are mazes of 3 x 3 cells.
func small(t testing.TB) []Puzzle {
	t.Helper()
	return []Puzzle{
		{"a, b", mustGrid(t, "S  \n # \n  G"), mustGrid(t, "S  \no# \nooG"), 4},
		{"", mustGrid(t, " #G\nS  \n   "), mustGrid(t, " #G\nSoo\n   "), data.Unrated},
	}
}

const smallFile = puzzlecsv.Header + "\n\"a, b\",S   #   G,S  o# ooG,4\n, #GS     , #GSoo   ,\n"

func TestCSV(t *testing.T) {
	puzzles := small(t)
	var b bytes.Buffer
	require.NoError(t, WriteCSV(&b, puzzles))
	require.Equal(t, smallFile, b.String())
	path := filepath.Join(t.TempDir(), "small.csv")
	for _, in := range [][]byte{b.Bytes(), zipped(t, b.Bytes())} {
		back, err := ReadCSV(bytes.NewReader(in), "small.csv")
		require.NoError(t, err)
		require.Equal(t, puzzles, back)
		require.NoError(t, os.WriteFile(path, in, 0o666))
		back, err = LoadCSV(path)
		require.NoError(t, err)
		require.Equal(t, puzzles, back)
	}
	require.NoError(t, SaveCSV(path, puzzles[:1]))
	back, err := LoadCSV(path)
	require.NoError(t, err)
	require.Equal(t, puzzles[:1], back)
}

func zipped(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write(b)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return out.Bytes()
}

func TestReadCSVErrors(t *testing.T) {
	for body, want := range map[string]string{
		"a,S #G,SoG,1":     "answer: 3 cells are no square",
		"a,S #,SoG,1":      "question: 3 cells are no square with sides of 1 to 1024",
		"a,,SoG,1":         "question: 0 cells are no square",
		"a,S ?G,So#G,1":    "question: character '?' in row 2, column 1",
		"a,S #G,So#G ,1":   "answer: 5 cells are no square",
		"a,S #G,So.G,1":    "answer: character '.' in row 2, column 1",
		"a,S #S,So#S,1":    "2 starts and 0 goals, want one each",
		"a,So#G,So#G,1":    "cell in row 1, column 2 is neither wall nor free, start or goal",
		"a,S  G,SooG,1":    "answer is not the question with a shortest path marked",
		"a,S##G,S##G,1":    "answer is not the question with a shortest path marked",
		"a,S #G,G,1":       "answer is not the question with a shortest path marked",
		"a,S #G,So#G,easy": `rating "easy" is not an integer`,
		"a,S #G,So#G":      "3 fields, want 4",
		"a,S #G,So#G,1\nb": "p.csv:3: 1 fields, want 4",
	} {
		_, err := ReadCSV(strings.NewReader(puzzlecsv.Header+"\n"+body+"\n"), "p.csv")
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "maze: p.csv:")
	}
	_, err := LoadCSV(filepath.Join(t.TempDir(), "none.csv"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestWriteCSVErrors(t *testing.T) {
	puzzles := small(t)
	puzzles[1].Solution = puzzles[0].Solution
	require.EqualError(t, WriteCSV(io.Discard, puzzles), "maze: write puzzle 1: answer is not the question with a shortest path marked")
	wide := Puzzle{Question: mustGrid(t, "SG"), Solution: mustGrid(t, "SG")}
	require.EqualError(t, WriteCSV(io.Discard, []Puzzle{wide}), "maze: write puzzle 0: 1 x 2 cells are no square")
	require.ErrorIs(t, WriteCSV(failingWriter{}, small(t)), errWriter)
	require.ErrorContains(t, SaveCSV(filepath.Join(t.TempDir(), "a.csv"), []Puzzle{wide}), "a.csv: maze: write puzzle 0")
}

var errWriter = errors.New("disk full")

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errWriter }

func FuzzReadCSV(f *testing.F) {
	f.Add([]byte(smallFile))
	f.Add(zipped(f, []byte(smallFile)))
	f.Add([]byte("answer,question\nSo#G,S #G\r\n\"SG  \",\"SG  \""))
	f.Add([]byte(puzzlecsv.Header + "\na,S,S,1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			return
		}
		puzzles, err := ReadCSV(bytes.NewReader(b), "fuzz")
		if err != nil {
			require.ErrorContains(t, err, "fuzz")
			return
		}
		var out bytes.Buffer
		if err := WriteCSV(&out, puzzles); err != nil {
			// The only thing that can be read but not written back.
			require.ErrorContains(t, err, "source")
			return
		}
		back, err := ReadCSV(&out, "fuzz")
		require.NoError(t, err)
		require.Equal(t, puzzles, back)
	})
}
