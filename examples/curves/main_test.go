package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
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

// A table can be read again, and is drawn like the evaluation that it is from.
func TestTableAgain(t *testing.T) {
	_, file := evaluation(t)
	dir := t.TempDir()
	first, second := filepath.Join(dir, "first.csv"), filepath.Join(dir, "second.CSV")
	_, err := call("-o", first, "-answers", "halted,last", "-x", "mean", file)
	require.NoError(t, err)
	_, err = call("-o", second, first)
	require.NoError(t, err)
	a, err := os.ReadFile(first)
	require.NoError(t, err)
	b, err := os.ReadFile(second)
	require.NoError(t, err)
	require.Equal(t, string(a), string(b))

	picture := filepath.Join(dir, "picture.svg")
	_, err = call("-o", picture, first, second)
	require.NoError(t, err)
	text, err := os.ReadFile(picture)
	require.NoError(t, err)
	require.Contains(t, string(text), "supervision steps a puzzle")
	_, err = call("-o", picture, file, first)
	require.ErrorContains(t, err, "first.csv: curves against supervision steps a puzzle, those before are against supervision steps at most")
}

func TestReadTableErrors(t *testing.T) {
	const head = "curve,GFLOP,exact %,at least %,at most %\n"
	for text, want := range map[string]string{
		"":                              "without points",
		head:                            "without points",
		"a,b\n":                         "not a table of curves",
		"a,b,c,d,e\n1,2,3,4,5\n":        "not a table of curves",
		head + "a,1,2,3\n":              "not a table of curves",
		head + "a,1,2,1,3\nb,x,2,1,3\n": "row 3: strconv.ParseFloat",
		head + "a,0,2,1,3\n":            "row 2: cost 0",
		head + "a,NaN,2,1,3\n":          "row 2: cost NaN",
		head + "a,inf,2,1,3\n":          "row 2: cost +Inf",
		head + "a,1,2,2.5,3\n":          "within its interval",
		head + "a,1,2,1,300\n":          "within its interval",
	} {
		_, _, err := readTable(strings.NewReader(text))
		require.ErrorContains(t, err, want, text)
	}
}

func FuzzReadTable(f *testing.F) {
	f.Add("curve,GFLOP,exact %,at least %,at most %\na,1,2,1,3\nb,1,2,1,3\na,2,3,2,4\n")
	f.Fuzz(func(t *testing.T, text string) {
		x, all, err := readTable(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, c := range all {
			for i, p := range c.points { // three decimals are kept
				c.points[i] = point{math.Max(p.cost, 0.001), p.accuracy, p.least, p.most}
			}
		}
		var out strings.Builder
		require.NoError(t, writeTable(&out, x, all))
		x2, again, err := readTable(strings.NewReader(out.String()))
		require.NoError(t, err, out.String())
		require.Equal(t, x, x2)
		require.Equal(t, len(all), len(again))
	})
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
