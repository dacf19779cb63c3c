package sudoku

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A puzzle made with Generator, and its solution.
const (
	testPuzzle   = "...1..9..8.3.....542.....3......1....3.87....6.4....5..8..97......2..16....5....."
	testSolution = "765132984893764215421985637278451396539876421614329758182697543357248169946513872"
)

func TestParse(t *testing.T) {
	tests := []struct{ name, in, err string }{
		{"empty", "", "0 characters, want 81"},
		{"short", strings.Repeat(".", 80), "80 characters, want 81"},
		{"long", strings.Repeat(".", 82), "82 characters, want 81"},
		{"letter", strings.Repeat(".", 40) + "x" + strings.Repeat("1", 40), "character 'x' at position 40"},
		{"multibyte", strings.Repeat(".", 79) + "é", "position 79"},
		{"blank", strings.Repeat(".", 81), ""},
		{"zeros", strings.Repeat("0", 81), ""},
		{"puzzle", testPuzzle, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g, err := Parse(tt.in)
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, strings.ReplaceAll(tt.in, "0", "."), g.String())
		})
	}
}

func TestGridRules(t *testing.T) {
	puzzle, solution := mustGrid(t, testPuzzle), mustGrid(t, testSolution)
	require.True(t, puzzle.Consistent())
	require.False(t, puzzle.Solved())
	require.True(t, solution.Solved())
	require.True(t, solution.Extends(puzzle))
	require.False(t, puzzle.Extends(solution))
	require.Equal(t, 81, solution.Givens())
	require.Equal(t, 81-strings.Count(testPuzzle, "."), puzzle.Givens())

	var g Grid
	require.True(t, g.Consistent())
	for name, cells := range map[string][2]int{"row": {0, 8}, "column": {0, 72}, "box": {0, 20}} {
		g = Grid{}
		g[cells[0]], g[cells[1]] = 5, 5
		require.False(t, g.Consistent(), name)
	}
	g = Grid{}
	g[3] = 10
	require.False(t, g.Consistent())
	require.Equal(t, byte('?'), g.String()[3])
	solution[80] = solution[79]
	require.False(t, solution.Solved())
}

func TestGridTokens(t *testing.T) {
	puzzle := mustGrid(t, testPuzzle)
	tokens := puzzle.AppendTokens([]int32{7})[1:]
	require.Len(t, tokens, Cells)
	for i, v := range puzzle {
		require.Equal(t, int32(v)+1, tokens[i])
	}
	back, err := FromTokens(tokens)
	require.NoError(t, err)
	require.Equal(t, puzzle, back)

	given := slices.Index(tokens, 8)
	tokens[given] = 0
	puzzle[given] = 0
	back, err = FromTokens(tokens)
	require.NoError(t, err)
	require.Equal(t, puzzle, back, "padding reads as a blank cell")

	_, err = FromTokens(tokens[:80])
	require.EqualError(t, err, "sudoku: 80 tokens, want 81")
	for _, bad := range []int32{-100, -1, 11} {
		tokens[10] = bad
		_, err = FromTokens(tokens)
		require.EqualError(t, err, fmt.Sprintf("sudoku: token %d in row 2, column 2, want 0 to 10", bad))
	}
}

func TestKeeps(t *testing.T) {
	puzzle, solution := mustGrid(t, testPuzzle).AppendTokens(nil), mustGrid(t, testSolution).AppendTokens(nil)
	changed := func(tokens []int32, cell int, token int32) []int32 {
		tokens = slices.Clone(tokens)
		tokens[cell] = token
		return tokens
	}
	blank := slices.Index(puzzle, BlankToken)
	require.True(t, Keeps(puzzle, solution))
	require.True(t, Keeps(solution, solution))
	require.True(t, Keeps(changed(puzzle, blank, 0), solution), "padding is no given")
	require.False(t, Keeps(changed(puzzle, blank, solution[blank]%9+2), solution), "another given")
	for _, token := range []int32{0, BlankToken, solution[blank]%9 + 2, Vocab, -100} {
		require.False(t, Keeps(puzzle, changed(solution, blank, token)), "answer %d", token)
	}
	require.False(t, Keeps(puzzle, puzzle))
	require.False(t, Keeps(puzzle[:80], solution))
	require.False(t, Keeps(puzzle, nil))
	require.False(t, Keeps(changed(puzzle, blank, Vocab), solution))
}

func FuzzParse(f *testing.F) {
	f.Add(testPuzzle)
	f.Add(testSolution)
	f.Add("")
	f.Add(strings.Repeat("\xff", 81))
	f.Fuzz(func(t *testing.T, s string) {
		g, err := Parse(s)
		if err != nil {
			return
		}
		require.Equal(t, strings.ReplaceAll(s, "0", "."), g.String())
		if g.Solved() {
			require.True(t, g.Consistent())
		}
		back, err := FromTokens(g.AppendTokens(nil))
		require.NoError(t, err)
		require.Equal(t, g, back)
	})
}

func TestClash(t *testing.T) {
	blanks := strings.Repeat(".", 9)
	for in, want := range map[string]string{
		testPuzzle:                              "",
		"5.......5" + strings.Repeat(blanks, 8): "two 5s in row 1",
		"7........" + strings.Repeat(blanks, 7) + "7........":          "two 7s in column 1",
		blanks + ".1......." + "..1......" + strings.Repeat(blanks, 6): "two 1s in box 1",
	} {
		require.Equal(t, want, mustGrid(t, in).Clash())
	}
}
