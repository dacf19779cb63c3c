package arc

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// tokens makes tokens of rows of letters: those of colours are digits, E stands for
// the end mark and a dot for padding.
func tokens(rows string) []int32 {
	var t []int32
	for _, c := range strings.ReplaceAll(rows, "/", "") {
		switch c {
		case '.':
			t = append(t, PadToken)
		case 'E':
			t = append(t, EndToken)
		default:
			t = append(t, ColourToken+c-'0')
		}
	}
	return t
}

func TestTokens(t *testing.T) {
	c := Canvas{4}
	for _, test := range []struct {
		grid     string
		row, col int
		want     string
	}{
		{"12/34", 0, 0, "12E./34E./EE../...."},
		{"12/34", 1, 1, ".... .12E .34E .EE."},
		{"12/34", 2, 0, ".... .... 12E. 34E."},
		{"12/34", 0, 2, "..12 ..34 ..EE ...."},
		{"12/34", 2, 2, ".... .... ..12 ..34"},
		{"9012", 3, 0, ".... .... .... 9012"},
		{"9/0/1", 0, 3, "...9 ...0 ...1 ...E"},
		{"1234/5678/9012/3456", 0, 0, "1234 5678 9012 3456"},
	} {
		got := make([]int32, 16)
		for i := range got {
			got[i] = -1
		}
		require.NoError(t, c.Tokens(got, grid(test.grid), test.row, test.col))
		require.Equal(t, tokens(strings.ReplaceAll(test.want, " ", "/")), got)
	}
}

// TestCrop takes the sides that TRM's evaluation finds.
func TestCrop(t *testing.T) {
	for rows, want := range map[string]string{
		"0123/0123/EEEE/....": "0123/0123",
		"000E/000E/0EEE/0...": "000/000",
		"0EEE/0EEE/0EEE/0EEE": "0/0/0/0",
		"0000/0E../0E../0E..": "0000",
		"E000/0000/0000/0000": "",
		"00E0/00E0/0000/0000": "00/00/00/00",
		"0000/0000/0000/0000": "0000/0000/0000/0000",
		"000./00../0.../....": "00/00",
		"0E../.000/.000/.000": "0",
	} {
		require.Equal(t, want, text(Canvas{4}.Crop(tokens(rows))), rows)
	}
	c := Canvas{1}
	require.Equal(t, Grid{}, c.Crop(nil))
	require.Equal(t, Grid{}, Canvas{}.Crop(nil))
	require.Equal(t, Grid{}, Canvas{31}.Crop(make([]int32, 31*31)))
	for _, odd := range []int32{-1, PadToken, EndToken, Vocab, 1 << 30} {
		require.Equal(t, Grid{}, c.Crop([]int32{odd}))
	}
}

func TestCanvasRoundTrip(t *testing.T) {
	rng := newRNG(1)
	row := make([]int32, MaxSide*MaxSide)
	for range 500 {
		c := Canvas{1 + rng.IntN(MaxSide)}
		g := randomGrid(rng, c.Side)
		dst := row[:c.SeqLen()]
		require.NoError(t, c.Tokens(dst, g, 0, 0))
		require.Equal(t, g, c.Crop(dst))

		// What is laid elsewhere is the same grid there.
		r, col := rng.IntN(c.Side-g.Rows+1), rng.IntN(c.Side-g.Cols+1)
		moved := make([]int32, c.SeqLen())
		require.NoError(t, c.Tokens(moved, g, r, col))
		want := make([]int32, c.SeqLen())
		for i, token := range dst {
			if r+i/c.Side < c.Side && col+i%c.Side < c.Side {
				want[i+r*c.Side+col] = token
			}
		}
		require.Equal(t, want, moved)
	}
	g := randomGrid(rng, MaxSide)
	require.Zero(t, testing.AllocsPerRun(10, func() { _ = Canvas{MaxSide}.Tokens(row, g, 0, 0) }))
}

func TestTokensErrors(t *testing.T) {
	g := grid("12/34")
	for want, try := range map[string]struct {
		c        Canvas
		room     int
		g        Grid
		row, col int
	}{
		"canvas of side 0":               {Canvas{}, 0, g, 0, 0},
		"canvas of side 31":              {Canvas{31}, 961, g, 0, 0},
		"room for 9 tokens, want 16":     {Canvas{4}, 9, g, 0, 0},
		"at row 3, column 0 of a canvas": {Canvas{4}, 16, g, 3, 0},
		"at row 0, column 3":             {Canvas{4}, 16, g, 0, 3},
		"at row -1":                      {Canvas{4}, 16, g, -1, 0},
		"grid of 2 x 2 cells at row 0":   {Canvas{1}, 1, g, 0, 0},
		"grid of 0 x 0":                  {Canvas{4}, 16, Grid{}, 0, 0},
		"colour 12":                      {Canvas{4}, 16, Grid{1, 1, []uint8{12}}, 0, 0},
	} {
		require.ErrorContains(t, try.c.Tokens(make([]int32, try.room), try.g, try.row, try.col), want)
	}
}
