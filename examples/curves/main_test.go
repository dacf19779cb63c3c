package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/examples/sudoku/pretrained"
	"github.com/rereadml/reread/train/eval"
)

// evaluation is the report on generated puzzles, and the file it is in.
func evaluation(t *testing.T) (*eval.Report, string) {
	t.Helper()
	m, err := pretrained.Load()
	require.NoError(t, err)
	var g sudoku.Generator
	rng := rand.New(rand.NewPCG(1, 2))
	var puzzles []sudoku.Puzzle
	for range 12 {
		p, err := g.Generate(t.Context(), rng, 0)
		require.NoError(t, err)
		puzzles = append(puzzles, p)
	}
	result, err := eval.Evaluate(t.Context(), m, sudoku.Rows(puzzles), eval.Options{Steps: 4})
	require.NoError(t, err)
	text, err := json.Marshal(result.Report())
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "model.json")
	require.NoError(t, os.WriteFile(file, text, 0o666))
	return result.Report(), file
}

func call(args ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	err := run(args, &stdout, &stderr)
	return stdout.String() + stderr.String(), err
}

func TestTable(t *testing.T) {
	report, file := evaluation(t)
	out := filepath.Join(t.TempDir(), "out.csv")
	for _, x := range []string{"steps", "mean", "ms"} {
		said, err := call("-o", out, "-answers", "halted,last", "-x", x, file, file)
		require.NoError(t, err)
		require.Equal(t, "wrote "+out+"\n", said)
		f, err := os.Open(out)
		require.NoError(t, err)
		defer f.Close()
		rows, err := csv.NewReader(f).ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, 1+2*2*4)
		require.Equal(t, rows[1:9], rows[9:])
		for i, s := range report.ByStep {
			halted, last := s.Answers[1], s.Answers[0]
			want := map[string][2]float64{
				"steps": {float64(i + 1), float64(i + 1)},
				"mean":  {halted.MeanSteps, last.MeanSteps},
				"ms":    {halted.MeanSteps / 4 * report.Seconds / 12 * 1000, last.MeanSteps / 4 * report.Seconds / 12 * 1000},
			}[x]
			for k, a := range []eval.AnswerScore{halted, last} {
				row := rows[1+i+4*k]
				require.Equal(t, "model, "+string(a.Answer), row[0])
				for j, v := range []float64{want[k], 100 * a.Exact, 100 * a.Wilson.Low, 100 * a.Wilson.High} {
					got, err := strconv.ParseFloat(row[1+j], 64)
					require.NoError(t, err)
					require.InDelta(t, v, got, 0.00051)
				}
			}
		}
	}
}

func TestPictures(t *testing.T) {
	_, file := evaluation(t)
	dir := t.TempDir()
	for name, begin := range map[string]string{"a.svg": "<?xml", "b.PNG": "\x89PNG", "c.pdf": "%PDF"} {
		out := filepath.Join(dir, name)
		_, err := call("-o", out, "-title", "Twelve puzzles", file)
		require.NoError(t, err)
		text, err := os.ReadFile(out)
		require.NoError(t, err)
		require.Equal(t, begin, string(text[:len(begin)]))
	}
	f, err := os.Open(filepath.Join(dir, "b.PNG"))
	require.NoError(t, err)
	defer f.Close()
	picture, err := png.Decode(f)
	require.NoError(t, err)
	colours := map[any]bool{}
	for x := range picture.Bounds().Dx() {
		for y := range picture.Bounds().Dy() {
			colours[picture.At(x, y)] = true
		}
	}
	require.Greater(t, len(colours), 20, "a line, its band, the grid and text")
}

func TestBadInput(t *testing.T) {
	_, file := evaluation(t)
	dir := t.TempDir()
	other := filepath.Join(dir, "other.json")
	require.NoError(t, os.WriteFile(other, []byte(`{"puzzles": 3}`), 0o666))
	for want, args := range map[string][]string{
		"no FILE":                     nil,
		"must end in":                 {"-o", "x.gif", file},
		"want steps, mean or ms":      {"-x", "hours", file},
		"want last, halted":           {"-answers", "last,", file},
		"no answer was scored as acc": {"-answers", "accepted", file},
		"no/such/file":                {"no/such/file"},
		"not the JSON":                {os.Args[0]},
		"without puzzles":             {other},
		"no/such/folder":              {"-o", "no/such/folder/x.csv", file},
	} {
		_, err := call(args...)
		require.ErrorContains(t, err, want)
	}
	said, err := call("-no-such-flag")
	require.ErrorIs(t, err, errUsage)
	require.Contains(t, said, "usage: curves")
}
