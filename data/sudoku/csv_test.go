package sudoku

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/internal/puzzlecsv"
)

func testRow(t testing.TB) Puzzle {
	return Puzzle{Source: "test", Question: mustGrid(t, testPuzzle), Solution: mustGrid(t, testSolution), Rating: 3}
}

func TestReadCSVErrors(t *testing.T) {
	good := "a," + testPuzzle + "," + testSolution + ",3\n"
	given := strings.IndexFunc(testPuzzle, func(r rune) bool { return r != '.' })
	wrong := testPuzzle[:given] + string('1'+(testPuzzle[given]-'0')%9) + testPuzzle[given+1:]
	twice := testSolution[:80] + testSolution[79:80]
	tests := []struct{ name, body, err string }{
		{"few fields", "a,b\n", "p.csv:2: 2 fields, want 4"},
		{"one field", "a\n", "p.csv:2: 1 fields, want 4"},
		{"many fields", "a," + good, "p.csv:2: 5 fields, want 4"},
		{"second row", good + "a,b,c\n", "p.csv:3: 3 fields"},
		{"after blank lines", good + "\n\r\n" + "a,b,c\n", "p.csv:5: 3 fields"},
		{"short question", "a,1," + testSolution + ",3\n", "p.csv:2: question: grid has 1 characters"},
		{"bad question", "a,x" + testPuzzle[1:] + "," + testSolution + ",3\n", "p.csv:2: question: grid has character 'x' at position 0"},
		{"long answer", "a," + testPuzzle + "," + testSolution + "1,3\n", "p.csv:2: answer: grid has 82"},
		{"blank in answer", "a," + testPuzzle + "," + testSolution[:80] + ".,3\n", "p.csv:2: answer is not a solved grid"},
		{"digit twice", "a," + testPuzzle + "," + twice + ",3\n", "p.csv:2: answer is not a solved grid"},
		{"given lost", "a," + wrong + "," + testSolution + ",3\n", "p.csv:2: answer does not keep the givens"},
		{"negative rating", strings.Replace(good, ",3\n", ",-3\n", 1), `p.csv:2: rating "-3"`},
		{"fractional rating", strings.Replace(good, ",3\n", ",3.5\n", 1), `p.csv:2: rating "3.5"`},
		{"huge rating", strings.Replace(good, ",3\n", ",2147483648\n", 1), "p.csv:2: rating"},
		{"absurd rating", strings.Replace(good, ",3\n", ",99999999999999999999\n", 1), "p.csv:2: rating"},
		{"long line", good + strings.Repeat("x", 5000) + "\n", "p.csv:3: line of over 4096 bytes"},
		{"endless line", good + strings.Repeat("x", 100000), "p.csv:3: line of over 4096 bytes"},
		{"open quote", `"` + good, "p.csv:2: field 1 is quoted wrongly"},
		{"stray quote", `"a"b"` + good[1:], "p.csv:2: field 1 is quoted wrongly"},
		{"inner quote", `a"b` + good[1:], "p.csv:2: field 1 is quoted wrongly"},
		{"text behind quote", `"a"b` + good[1:], "p.csv:2: field 1 is quoted wrongly"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows, err := ReadCSV(strings.NewReader(puzzlecsv.Header+"\n"+tt.body), "p.csv")
			require.ErrorContains(t, err, tt.err)
			require.Nil(t, rows)
		})
	}
	for in, want := range map[string]string{
		"":                             "p.csv:1: want the header source,question,answer,rating, found an empty file",
		"\n\n":                         "p.csv:2: want the header",
		"a,b\n":                        `p.csv:1: want the header source,question,answer,rating, found text that begins with "a,b\n": unknown column "a"`,
		puzzlecsv.Header + ",x\n":      `unknown column "x"`,
		puzzlecsv.Header + ",source\n": `column "source" twice`,
		"question,rating\n":            "no column question or no column answer",
		`"question,answer`:             "field 1 is quoted wrongly",
		testPuzzle + "\n":              "found text that begins with \"...1",
		"<!DOCTYPE html>\n<html>":      "p.csv:1: want the header source,question,answer,rating, found an HTML page",
		"PK\x03\x04\x14\x00\n":         "found a zip archive",
		"s\x00o\x00u\x00r\x00\n\x00":   "found text in UTF-16 without a byte order mark",
		"\x1f\x8b":                     "p.csv: unexpected EOF",
		strings.Repeat("y", 1e6):       `found text that begins with "yyy`,
		"\x1f\x8bnot gzip at all":      "p.csv: gzip",
	} {
		_, err := ReadCSV(strings.NewReader(in), "p.csv")
		require.ErrorContains(t, err, want)
	}
}

func TestReadCSVAccepts(t *testing.T) {
	row := testRow(t)
	zeros := strings.ReplaceAll(testPuzzle, ".", "0")
	for name, in := range map[string]string{
		"plain":       puzzlecsv.Header + "\ntest," + testPuzzle + "," + testSolution + ",3\n",
		"no last end": puzzlecsv.Header + "\ntest," + testPuzzle + "," + testSolution + ",3",
		"zeros":       puzzlecsv.Header + "\ntest," + zeros + "," + testSolution + ",3\n",
		"dos":         "\ufeff" + puzzlecsv.Header + "\r\n\r\ntest," + zeros + "," + testSolution + ",3\r\n\r\n",
		"quoted":      puzzlecsv.Header + "\n\"test\"," + testPuzzle + "," + testSolution + ",03\n",
	} {
		rows, err := ReadCSV(strings.NewReader(in), name)
		require.NoError(t, err, name)
		require.Equal(t, []Puzzle{row}, rows, name)
	}
	rows, err := ReadCSV(strings.NewReader(puzzlecsv.Header), "none")
	require.NoError(t, err)
	require.Empty(t, rows)
}

// TestReadCSVColumns reads files with fewer columns, in another order.
func TestReadCSVColumns(t *testing.T) {
	row := testRow(t)
	unrated := row
	unrated.Source, unrated.Rating = "", data.Unrated
	for in, want := range map[string]Puzzle{
		"question,answer\n" + testPuzzle + "," + testSolution:                                   unrated,
		"rating,answer,question\n," + testSolution + "," + testPuzzle:                           unrated,
		"rating,source,answer,question\n3,test," + testSolution + "," + testPuzzle:              row,
		puzzlecsv.Header + "\n," + testPuzzle + "," + testSolution + ",\n":                      unrated,
		`"answer","question"` + "\r\n" + `"` + testSolution + `","` + testPuzzle + `"` + "\r\n": unrated,
	} {
		rows, err := ReadCSV(strings.NewReader(in), "p.csv")
		require.NoError(t, err, in)
		require.Equal(t, []Puzzle{want}, rows, in)
	}
}

// TestReadCSVFromShells reads what spreadsheets and shells make of a file.
func TestReadCSVFromShells(t *testing.T) {
	row := testRow(t)
	row.Source = `odd, "quoted" source`
	quoted := `"source","question","answer","rating"` + "\r\n" +
		`"odd, ""quoted"" source","` + testPuzzle + `","` + testSolution + `","3"` + "\r\n"
	zip := zipped(t, []byte(quoted))
	for name, in := range map[string][]byte{
		"quoted":                []byte(quoted),
		"UTF-16, little-endian": wide(quoted, binary.LittleEndian),
		"UTF-16, big-endian":    wide(quoted, binary.BigEndian),
		"zeros behind gzip":     append(bytes.Clone(zip), make([]byte, 512)...),
		"two members":           append(bytes.Clone(zip), zipped(t, nil)...),
	} {
		rows, err := ReadCSV(bytes.NewReader(in), name)
		require.NoError(t, err, name)
		require.Equal(t, []Puzzle{row}, rows, name)
	}
	_, err := ReadCSV(bytes.NewReader(append(bytes.Clone(zip), "more"...)), "p.csv")
	require.ErrorContains(t, err, `p.csv:2: after the compressed data comes text that begins with "more"`)
}

// wide is s in UTF-16 with a byte order mark.
func wide(s string, order binary.AppendByteOrder) []byte {
	b := order.AppendUint16(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

func TestCSVRoundTrip(t *testing.T) {
	rows := []Puzzle{testRow(t), testRow(t), testRow(t)}
	rows[1].Source, rows[1].Rating = `odd, "quoted" source`, 0
	rows[2].Source, rows[2].Question, rows[2].Rating = "", Grid{}, data.Unrated
	var b bytes.Buffer
	require.NoError(t, WriteCSV(&b, rows))
	back, err := ReadCSV(&b, "buffer")
	require.NoError(t, err)
	require.Equal(t, rows, back)
}

func TestLoadCSV(t *testing.T) {
	rows := []Puzzle{testRow(t)}
	dir := t.TempDir()
	for name, wrap := range map[string]bool{"plain.csv.gz": false, "zipped.csv": true} {
		path := filepath.Join(dir, name)
		var b bytes.Buffer
		require.NoError(t, WriteCSV(&b, rows))
		if wrap {
			b = *bytes.NewBuffer(zipped(t, b.Bytes()))
		}
		require.NoError(t, os.WriteFile(path, b.Bytes(), 0o666))
		back, err := LoadCSV(path)
		require.NoError(t, err)
		require.Equal(t, rows, back)
	}
	_, err := LoadCSV(filepath.Join(dir, "none.csv"))
	require.ErrorIs(t, err, os.ErrNotExist)

	// A file cut off within the compressed data.
	z := zipped(t, []byte(puzzlecsv.Header+"\n"+strings.Repeat("\n", 1000)))
	_, err = ReadCSV(bytes.NewReader(z[:len(z)-6]), "cut.csv")
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.ErrorContains(t, err, "cut.csv:")
}

func TestSaveCSV(t *testing.T) {
	rows := []Puzzle{testRow(t)}
	path := filepath.Join(t.TempDir(), "a.csv")
	require.NoError(t, SaveCSV(path, rows))
	back, err := LoadCSV(path)
	require.NoError(t, err)
	require.Equal(t, rows, back)

	// A failure leaves the old file.
	require.ErrorContains(t, SaveCSV(path, []Puzzle{{}}), "a.csv: sudoku: write puzzle 0: answer is not a solved grid")
	back, err = LoadCSV(path)
	require.NoError(t, err)
	require.Equal(t, rows, back)
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

func TestWriteCSVErrors(t *testing.T) {
	for want, change := range map[string]func(*Puzzle){
		"rating -2":    func(s *Puzzle) { s.Rating = -2 },
		"solved grid":  func(s *Puzzle) { s.Solution[5] = 0 },
		"givens":       func(s *Puzzle) { s.Question = RandomSymmetry(newRNG(1)).Apply(s.Question) },
		"line end":     func(s *Puzzle) { s.Source = "a\nb" },
		"of over 4096": func(s *Puzzle) { s.Source = strings.Repeat("a", 5000) },
	} {
		rows := []Puzzle{testRow(t), testRow(t)}
		change(&rows[1])
		err := WriteCSV(io.Discard, rows)
		require.ErrorContains(t, err, "puzzle 1: ")
		require.ErrorContains(t, err, want)
	}
	require.ErrorIs(t, WriteCSV(failingWriter{}, []Puzzle{testRow(t)}), errWriter)
}

var errWriter = errors.New("disk full")

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errWriter }

// TestGarbageAllocatesLittle feeds a file that unpacks to much more than it is.
func TestGarbageAllocatesLittle(t *testing.T) {
	for name, body := range map[string]string{
		"no line ends": puzzlecsv.Header + "\n" + strings.Repeat("a", 20<<20),
		"empty lines":  puzzlecsv.Header + strings.Repeat("\n", 5<<20) + "x\n",
	} {
		z := zipped(t, []byte(body))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := ReadCSV(bytes.NewReader(z), "garbage")
		runtime.ReadMemStats(&after)
		require.Error(t, err, name)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20), name)
	}
}

func FuzzReadCSV(f *testing.F) {
	good := puzzlecsv.Header + "\na," + testPuzzle + "," + testSolution + ",3\n"
	f.Add([]byte(good))
	f.Add([]byte("\ufeff" + strings.ReplaceAll(good, "\n", "\r\n")))
	f.Add([]byte(strings.Replace(good, "\na,", "\n\"a,\"\"b\",", 1)))
	f.Add(zipped(f, []byte(good)))
	f.Add([]byte("\x1f\x8b"))
	f.Add(wide(good, binary.LittleEndian))
	f.Add([]byte("answer,question\n" + testSolution + "," + testPuzzle))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			return
		}
		rows, err := ReadCSV(bytes.NewReader(b), "fuzz")
		if err != nil {
			require.Contains(t, err.Error(), "fuzz")
			return
		}
		var out bytes.Buffer
		if err := WriteCSV(&out, rows); err != nil {
			// The only thing that can be read but not written back.
			require.ErrorContains(t, err, "source")
			return
		}
		back, err := ReadCSV(&out, "fuzz")
		require.NoError(t, err)
		require.Equal(t, rows, back)
	})
}

func BenchmarkReadCSV(b *testing.B) {
	row := testRow(b)
	rows := make([]Puzzle, 45000)
	rng := newRNG(1)
	for i := range rows {
		s := RandomSymmetry(rng)
		rows[i] = Puzzle{Source: row.Source, Question: s.Apply(row.Question), Solution: s.Apply(row.Solution), Rating: i}
	}
	var buf bytes.Buffer
	require.NoError(b, WriteCSV(&buf, rows))
	plain := buf.Bytes()
	for name, in := range map[string][]byte{"plain": plain, "gzip": zipped(b, plain)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				back, err := ReadCSV(bytes.NewReader(in), "bench")
				if err != nil || len(back) != len(rows) {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(rows)*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
