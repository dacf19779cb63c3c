package data

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func testRow(t testing.TB) Sudoku {
	return Sudoku{Source: "test", Puzzle: mustGrid(t, testPuzzle), Solution: mustGrid(t, testSolution), Rating: 3}
}

func TestReadSudokuCSVErrors(t *testing.T) {
	good := "a," + testPuzzle + "," + testSolution + ",3\n"
	given := strings.IndexFunc(testPuzzle, func(r rune) bool { return r != '.' })
	wrong := testPuzzle[:given] + string('1'+(testPuzzle[given]-'0')%9) + testPuzzle[given+1:]
	twice := testSolution[:80] + testSolution[79:80]
	tests := []struct{ name, body, err string }{
		{"few fields", "a,b\n", "p.csv:2: 2 fields, want 4"},
		{"one field", "a\n", "p.csv:2: 1 fields, want 4"},
		{"many fields", "a," + good, "p.csv:2: source"},
		{"second row", good + "a,b,c\n", "p.csv:3: 3 fields"},
		{"after blank lines", good + "\n\r\n" + "a,b,c\n", "p.csv:5: 3 fields"},
		{"short question", "a,1," + testSolution + ",3\n", "p.csv:2: question: data: grid has 1 characters"},
		{"bad question", "a,x" + testPuzzle[1:] + "," + testSolution + ",3\n", "p.csv:2: question: data: grid has character 'x' at position 0"},
		{"long answer", "a," + testPuzzle + "," + testSolution + "1,3\n", "p.csv:2: answer: data: grid has 82"},
		{"blank in answer", "a," + testPuzzle + "," + testSolution[:80] + ".,3\n", "p.csv:2: answer is not a solved grid"},
		{"digit twice", "a," + testPuzzle + "," + twice + ",3\n", "p.csv:2: answer is not a solved grid"},
		{"given lost", "a," + wrong + "," + testSolution + ",3\n", "p.csv:2: answer does not keep the givens"},
		{"no rating", strings.Replace(good, ",3\n", ",\n", 1), `p.csv:2: rating ""`},
		{"negative rating", strings.Replace(good, ",3\n", ",-3\n", 1), `p.csv:2: rating "-3"`},
		{"fractional rating", strings.Replace(good, ",3\n", ",3.5\n", 1), `p.csv:2: rating "3.5"`},
		{"huge rating", strings.Replace(good, ",3\n", ",2147483648\n", 1), "p.csv:2: rating"},
		{"absurd rating", strings.Replace(good, ",3\n", ",99999999999999999999\n", 1), "p.csv:2: rating"},
		{"long line", good + strings.Repeat("x", 5000) + "\n", "p.csv:3: line of over 4096 bytes"},
		{"endless line", good + strings.Repeat("x", 100000), "p.csv:3: line of over 4096 bytes"},
		{"open quote", `"` + good, "p.csv:2: source"},
		{"stray quote", `"a"b"` + good[1:], "p.csv:2: source"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows, err := ReadSudokuCSV(strings.NewReader(sudokuHeader+"\n"+tt.body), "p.csv")
			require.ErrorContains(t, err, tt.err)
			require.Nil(t, rows)
		})
	}
	for in, want := range map[string]string{
		"":                        "p.csv:1: empty",
		"\n\n":                    "p.csv:1: empty",
		"a,b\n":                   `p.csv:1: header "a,b", want`,
		sudokuHeader + ",x\n":     "p.csv:1: header",
		"\x1f\x8b":                "p.csv: unexpected EOF",
		strings.Repeat("y", 1e6):  "p.csv:1: line of over 4096 bytes",
		"\x1f\x8bnot gzip at all": "p.csv: gzip",
	} {
		_, err := ReadSudokuCSV(strings.NewReader(in), "p.csv")
		require.ErrorContains(t, err, want)
	}
}

func TestReadSudokuCSVAccepts(t *testing.T) {
	row := testRow(t)
	zeros := strings.ReplaceAll(testPuzzle, ".", "0")
	for name, in := range map[string]string{
		"plain":       sudokuHeader + "\ntest," + testPuzzle + "," + testSolution + ",3\n",
		"no last end": sudokuHeader + "\ntest," + testPuzzle + "," + testSolution + ",3",
		"zeros":       sudokuHeader + "\ntest," + zeros + "," + testSolution + ",3\n",
		"dos":         "\ufeff" + sudokuHeader + "\r\n\r\ntest," + zeros + "," + testSolution + ",3\r\n\r\n",
		"quoted":      sudokuHeader + "\n\"test\"," + testPuzzle + "," + testSolution + ",03\n",
	} {
		rows, err := ReadSudokuCSV(strings.NewReader(in), name)
		require.NoError(t, err, name)
		require.Equal(t, []Sudoku{row}, rows, name)
	}
	rows, err := ReadSudokuCSV(strings.NewReader(sudokuHeader), "none")
	require.NoError(t, err)
	require.Empty(t, rows)
}

func TestSudokuCSVRoundTrip(t *testing.T) {
	rows := []Sudoku{testRow(t), testRow(t), testRow(t)}
	rows[1].Source, rows[1].Rating = `odd, "quoted" source`, 0
	rows[2].Source, rows[2].Puzzle = "", Grid{}
	var b bytes.Buffer
	require.NoError(t, WriteSudokuCSV(&b, rows))
	back, err := ReadSudokuCSV(&b, "buffer")
	require.NoError(t, err)
	require.Equal(t, rows, back)
}

func TestOpenSudokuCSV(t *testing.T) {
	rows := []Sudoku{testRow(t)}
	dir := t.TempDir()
	for name, wrap := range map[string]bool{"plain.csv.gz": false, "zipped.csv": true} {
		path := filepath.Join(dir, name)
		var b bytes.Buffer
		require.NoError(t, WriteSudokuCSV(&b, rows))
		if wrap {
			b = *bytes.NewBuffer(zipped(t, b.Bytes()))
		}
		require.NoError(t, os.WriteFile(path, b.Bytes(), 0o666))
		back, err := OpenSudokuCSV(path)
		require.NoError(t, err)
		require.Equal(t, rows, back)
	}
	_, err := OpenSudokuCSV(filepath.Join(dir, "none.csv"))
	require.ErrorIs(t, err, os.ErrNotExist)

	// A file cut off within the compressed data.
	z := zipped(t, []byte(sudokuHeader+"\n"+strings.Repeat("\n", 1000)))
	_, err = ReadSudokuCSV(bytes.NewReader(z[:len(z)-6]), "cut.csv")
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.ErrorContains(t, err, "cut.csv:")
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

func TestWriteSudokuCSVErrors(t *testing.T) {
	for want, change := range map[string]func(*Sudoku){
		"rating -1":    func(s *Sudoku) { s.Rating = -1 },
		"solved grid":  func(s *Sudoku) { s.Solution[5] = 0 },
		"givens":       func(s *Sudoku) { s.Puzzle = RandomSymmetry(newRNG(1)).Apply(s.Puzzle) },
		"line end":     func(s *Sudoku) { s.Source = "a\nb" },
		"of over 4096": func(s *Sudoku) { s.Source = strings.Repeat("a", 5000) },
	} {
		rows := []Sudoku{testRow(t), testRow(t)}
		change(&rows[1])
		err := WriteSudokuCSV(io.Discard, rows)
		require.ErrorContains(t, err, "puzzle 1: ")
		require.ErrorContains(t, err, want)
	}
	require.ErrorIs(t, WriteSudokuCSV(failingWriter{}, []Sudoku{testRow(t)}), errWriter)
}

var errWriter = errors.New("disk full")

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errWriter }

// TestGarbageAllocatesLittle feeds a file that unpacks to much more than it is.
func TestGarbageAllocatesLittle(t *testing.T) {
	for name, body := range map[string]string{
		"no line ends": sudokuHeader + "\n" + strings.Repeat("a", 20<<20),
		"empty lines":  sudokuHeader + strings.Repeat("\n", 5<<20) + "x\n",
	} {
		z := zipped(t, []byte(body))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := ReadSudokuCSV(bytes.NewReader(z), "garbage")
		runtime.ReadMemStats(&after)
		require.Error(t, err, name)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20), name)
	}
}

func TestLocalSudokuCSV(t *testing.T) {
	rows := localPuzzles(t, "sudoku-extreme-test-500.csv.gz")
	require.Len(t, rows, 500)
	sum := 0
	for i := range rows {
		sum += rows[i].Rating
	}
	require.InDelta(t, 21.26, float64(sum)/500, 0.01)

	var b bytes.Buffer
	require.NoError(t, WriteSudokuCSV(&b, rows))
	back, err := ReadSudokuCSV(&b, "buffer")
	require.NoError(t, err)
	require.Equal(t, rows, back)
}

func FuzzReadSudokuCSV(f *testing.F) {
	good := sudokuHeader + "\na," + testPuzzle + "," + testSolution + ",3\n"
	f.Add([]byte(good))
	f.Add([]byte("\ufeff" + strings.ReplaceAll(good, "\n", "\r\n")))
	f.Add([]byte(strings.Replace(good, "\na,", "\n\"a,\"\"b\",", 1)))
	f.Add(zipped(f, []byte(good)))
	f.Add([]byte("\x1f\x8b"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			return
		}
		rows, err := ReadSudokuCSV(bytes.NewReader(b), "fuzz")
		if err != nil {
			require.Contains(t, err.Error(), "fuzz")
			return
		}
		var out bytes.Buffer
		if err := WriteSudokuCSV(&out, rows); err != nil {
			// The only thing that can be read but not written back.
			require.ErrorContains(t, err, "source")
			return
		}
		back, err := ReadSudokuCSV(&out, "fuzz")
		require.NoError(t, err)
		require.Equal(t, rows, back)
	})
}

func BenchmarkReadSudokuCSV(b *testing.B) {
	row := testRow(b)
	rows := make([]Sudoku, 45000)
	rng := newRNG(1)
	for i := range rows {
		s := RandomSymmetry(rng)
		rows[i] = Sudoku{Source: row.Source, Puzzle: s.Apply(row.Puzzle), Solution: s.Apply(row.Solution), Rating: i}
	}
	var buf bytes.Buffer
	require.NoError(b, WriteSudokuCSV(&buf, rows))
	plain := buf.Bytes()
	for name, in := range map[string][]byte{"plain": plain, "gzip": zipped(b, plain)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				back, err := ReadSudokuCSV(bytes.NewReader(in), "bench")
				if err != nil || len(back) != len(rows) {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(rows)*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
