package maze

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	text := "S #o\n ##G"
	g := mustGrid(t, text)
	require.Equal(t, Grid{Shape{2, 4}, []Cell{Start, Free, Wall, Path, Free, Wall, Wall, Goal}}, g)
	require.Equal(t, text, g.String())
	require.True(t, g.Equal(mustGrid(t, text+"\n")))
	require.False(t, g.Equal(mustGrid(t, strings.ReplaceAll(text, "\n", ""))))
	for want, text := range map[string]string{
		"maze: 1 x 0 cells, want sides of 1 to 1024":                      "",
		"maze: line 2 has 1 characters, the first has 2":                  "S#\n#",
		"maze: line 3 has 0 characters, the first has 2":                  "S#\n#G\n\n",
		"maze: character '.' in row 2, column 1, want one of \"# SGo\"":   "S#\n.#",
		"maze: 1 x 1025 cells, want sides of 1 to 1024":                   strings.Repeat("#", 1025),
		"maze: 1025 x 1 cells, want sides of 1 to 1024":                   strings.Repeat("#\n", 1025),
		"maze: character '\\r' in row 1, column 3, want one of \"# SGo\"": "S#\r\n#G\r",
	} {
		_, err := Parse(text)
		require.EqualError(t, err, want)
	}
	require.Equal(t, "?? ", Grid{Shape{1, 3}, []Cell{Padding, 9, Free}}.String())
	require.Equal(t, "##", Grid{Cells: []Cell{Wall, Wall}}.String())
}

func TestCheck(t *testing.T) {
	require.NoError(t, mustGrid(t, "S#\n G").Check())
	for want, g := range map[string]Grid{
		"maze: 0 starts and 1 goals, want one each":                             mustGrid(t, "#G"),
		"maze: 2 starts and 1 goals, want one each":                             mustGrid(t, "S\nG\nS"),
		"maze: cell in row 2, column 1 is neither wall nor free, start or goal": mustGrid(t, "S\no\nG"),
		"maze: cell in row 1, column 2 is neither wall nor free, start or goal": {Shape{1, 2}, []Cell{Start, Padding}},
		"maze: 0 x 0 cells, want sides of 1 to 1024":                            {},
		"maze: 2 cells, 2 x 2 want 4":                                           {Shape{2, 2}, []Cell{Start, Goal}},
		"maze: cell in row 1, column 1 is neither wall nor free, start or goal": {Shape{1, 1}, []Cell{200}},
	} {
		require.EqualError(t, g.Check(), want)
		_, _, err := g.Solve()
		require.EqualError(t, err, want)
	}
}

func TestSquareOf(t *testing.T) {
	s, err := SquareOf(900)
	require.NoError(t, err)
	require.Equal(t, Shape{30, 30}, s)
	require.Equal(t, "30 x 30", s.String())
	for _, cells := range []int{-1, 0, 2, 899, 1025 * 1025} {
		_, err := SquareOf(cells)
		require.ErrorContains(t, err, "cells are no square with sides of 1 to 1024")
	}
}

func TestTokens(t *testing.T) {
	g := mustGrid(t, "#\n \nS\nG\no")
	require.Equal(t, []int32{1, 2, 3, 4, 5}, g.AppendTokens(nil))
	back, err := FromTokens(g.Shape, []int32{1, 2, 3, 4, 5})
	require.NoError(t, err)
	require.Equal(t, g, back)
	s := Shape{2, 2}
	for want, tokens := range map[string][]int32{
		"maze: 3 tokens, 2 x 2 want 4":                     {1, 2, 3},
		"maze: token 6 in row 2, column 1, want 0 to 5":    {1, 2, 6, 6},
		"maze: token -100 in row 1, column 2, want 0 to 5": {0, -100, 1, 1},
	} {
		_, err := FromTokens(s, tokens)
		require.EqualError(t, err, want)
		require.False(t, s.Keeps(tokens, tokens))
	}
	_, err = FromTokens(Shape{}, nil)
	require.ErrorContains(t, err, "0 x 0")
}
