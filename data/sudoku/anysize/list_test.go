package anysize

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReadGrids(t *testing.T) {
	b := Boxes{2, 2}
	text := "\ufeff# two\n\n1...............\r\n  ...............4\n"
	grids, err := ReadGrids(b, strings.NewReader(text), "p.txt")
	require.NoError(t, err)
	require.Len(t, grids, 2)
	require.Equal(t, "...............4", grids[1].String())

	for in, want := range map[string]string{
		"# a\n12":                         "anysize: p.txt:2: grid has 2 characters, boxes of 2x2 want 16",
		"11..............":                "anysize: p.txt:1: the givens break the rules: two 1s in row 1",
		"x...............":                "anysize: p.txt:1: grid has character 'x'",
		"\n" + strings.Repeat("1", 1<<13): "anysize: p.txt:2: bufio.Scanner: token too long",
		"\x1f\x8b\x00":                    "anysize: p.txt:",
	} {
		_, err := ReadGrids(b, strings.NewReader(in), "p.txt")
		require.ErrorContains(t, err, want)
	}
}
