package anysize

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data/sudoku"
)

func TestParse(t *testing.T) {
	g := board(t, Boxes{2, 2}, "12.. 340. .... ...4")
	require.Equal(t, []uint8{1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4}, g.Values)
	require.Equal(t, "12..34.........4", g.String())
	require.Equal(t, 5, g.Givens())
	big := "123456789ABCDEFGHIJKLMNOP" + strings.Repeat(".", 600)
	require.Equal(t, big, board(t, Boxes{5, 5}, strings.ToLower(big)).String())
	require.Equal(t, "?", Grid{Boxes{3, 3}, []uint8{26}}.String())

	for _, c := range []struct {
		boxes    Boxes
		in, want string
	}{
		{Boxes{0, 2}, "", "anysize: boxes of 0x2 cells"},
		{Boxes{2, 2}, "12", "anysize: grid has 2 characters, boxes of 2x2 want 16"},
		{Boxes{2, 2}, "5...............", `anysize: grid has character '5' at position 0, want 1 to 4 or '.'`},
		{Boxes{2, 2}, "...............A", `grid has character 'A' at position 15`},
		{Boxes{4, 4}, strings.Repeat(".", 255) + "h", `grid has character 'h' at position 255, want 1 to G or '.'`},
		{Boxes{2, 2}, "1 2 3 4 1 2 3 4 ", `grid has character ' ' at position 1`},
		{Boxes{2, 2}, ".............\xff..", `grid has character 'ÿ' at position 13`},
	} {
		_, err := Parse(c.boxes, c.in)
		require.ErrorContains(t, err, c.want)
	}
}

func TestCheck(t *testing.T) {
	blank := make([]uint8, 16)
	for _, c := range []struct {
		g    Grid
		want string // "": good
	}{
		{Grid{Boxes{2, 2}, blank}, ""},
		{board(t, Boxes{2, 3}, "123456 456123 ...... ...... ...... ......"), ""},
		{Grid{}, "anysize: boxes of 0x0 cells"},
		{Grid{Boxes{2, 3}, blank}, "anysize: grid has 16 cells, boxes of 2x3 want 36"},
		{Grid{Boxes{2, 2}, append(blank[:15:15], 5)}, "anysize: grid has value 5 in row 4, column 4, want 0 to 4"},
		{Grid{Boxes{2, 2}, append(blank[:15:15], 255)}, "value 255"},
		{board(t, Boxes{2, 3}, "...... ...... 4....4 ...... ...... ......"), "two 4s in row 3"},
		{board(t, Boxes{2, 3}, ".3.... ...... ...... ...... ...... .3...."), "two 3s in column 2"},
		{board(t, Boxes{2, 3}, "...... ...... ...... ...... ...6.. .....6"), "two 6s in box 6"},
		{board(t, Boxes{2, 3}, "...... ...... ...... .....6 ...6.. ......"), ""},
		{board(t, Boxes{2, 5}, "A........A"+strings.Repeat(".", 90)), "two As in row 1"},
	} {
		if c.want == "" {
			require.NoError(t, c.g.Check())
		} else {
			require.ErrorContains(t, c.g.Check(), c.want)
		}
	}
}

func TestSolves(t *testing.T) {
	puzzle := board(t, Boxes{2, 2}, "1... .... .... ...1")
	for in, want := range map[string]bool{
		"1234 3412 2143 4321": true,
		"1234 3412 2143 432.": false, // open
		"2134 3412 1243 4321": false, // another given
		"1234 3412 2143 4322": false, // against the rules
	} {
		require.Equal(t, want, board(t, Boxes{2, 2}, in).Solves(puzzle), in)
	}
	square := board(t, Boxes{1, 4}, "1234 3412 2143 4321")
	require.False(t, square.Solves(puzzle), "another shape")
	require.False(t, square.Solves(Grid{Boxes: Boxes{1, 4}}), "no cells")
	require.False(t, square.Extends(Grid{Boxes: Boxes{1, 4}}), "no cells")
	require.True(t, board(t, Boxes{2, 2}, "1... .2.. .... ...1").Extends(puzzle))
}

func TestGridAgreesOn9x9(t *testing.T) {
	rng := newRNG(1)
	solved := sudoku.RandomSymmetry(rng).Apply(sudoku.Grid(generate(t, Boxes{3, 3}, 1, 81).Solution.Values))
	require.True(t, solved.Solved())
	for range 300 {
		g := solved
		for range rng.IntN(4) {
			g[rng.IntN(81)] = uint8(rng.IntN(10))
		}
		puzzle := g
		puzzle[rng.IntN(81)] = 0
		require.Equal(t, g.String(), classic(g).String())
		require.Equal(t, g.Givens(), classic(g).Givens())
		require.Equal(t, g.Consistent(), classic(g).Check() == nil)
		require.Equal(t, g.Solves(puzzle), classic(g).Solves(classic(puzzle)))
		tokens := puzzle.AppendTokens(nil)
		require.Equal(t, tokens, classic(puzzle).AppendTokens(nil))
		require.Equal(t, sudoku.Keeps(tokens, g.AppendTokens(nil)), Boxes{3, 3}.Keeps(tokens, g.AppendTokens(nil)))
	}
}

func FuzzParse(f *testing.F) {
	f.Add(2, 2, "12..34.........4")
	f.Add(1, 3, "1a.")
	f.Add(0, 3, "")
	f.Add(4, 4, strings.Repeat("\xff", 256))
	f.Fuzz(func(t *testing.T, height, width int, s string) {
		b := Boxes{height, width}
		g, err := Parse(b, s)
		if err != nil {
			require.Empty(t, g)
			return
		}
		require.Equal(t, strings.ToUpper(strings.ReplaceAll(s, "0", ".")), g.String())
		back, err := FromTokens(b, g.AppendTokens(nil))
		require.NoError(t, err)
		require.Equal(t, g, back)
		require.Equal(t, g.Check() == nil && g.Givens() == b.Cells(), g.Solves(g))
	})
}
