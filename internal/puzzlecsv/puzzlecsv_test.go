package puzzlecsv

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data"
)

// readAll copies the rows of a file.
func readAll(text string) ([]Row, error) {
	var rows []Row
	err := Read(strings.NewReader(text), "p.csv", func(row Row) error {
		row.Question, row.Answer = bytes.Clone(row.Question), bytes.Clone(row.Answer)
		rows = append(rows, row)
		return nil
	})
	return rows, err
}

func TestRoundTrip(t *testing.T) {
	rows := []Row{
		{"a source", []byte("a question"), []byte("its answer"), 0},
		{`odd, "quoted" source`, []byte("# SG"), []byte("#oSG"), 1<<31 - 1},
		{"", []byte(""), []byte("x"), data.Unrated},
	}
	var b bytes.Buffer
	w := NewWriter(&b)
	for _, row := range rows {
		require.NoError(t, w.Write(row))
	}
	require.NoError(t, w.Flush())
	back, err := readAll(b.String())
	require.NoError(t, err)
	require.Equal(t, rows, back)
}

func TestReadStops(t *testing.T) {
	rows := 0
	odd := errors.New("odd")
	err := Read(strings.NewReader(Header+"\n\na,b,c,1\na,b,c,2\na,b,c,3\n"), "p.csv", func(row Row) error {
		if rows++; row.Rating == 2 {
			return odd
		}
		return nil
	})
	require.ErrorIs(t, err, odd)
	require.EqualError(t, err, "p.csv:4: odd")
	require.Equal(t, 2, rows)
	_, err = readAll(Header + "\na,b,c,x\n")
	require.EqualError(t, err, `p.csv:2: rating "x" is not an integer in 0..2147483647`)
}

func TestWriteErrors(t *testing.T) {
	for want, row := range map[string]Row{
		"rating -2":    {Rating: -2},
		"line end":     {Source: "a\nb"},
		"of over 4096": {Question: make([]byte, 5000)},
	} {
		require.ErrorContains(t, NewWriter(io.Discard).Write(row), want)
	}
}
