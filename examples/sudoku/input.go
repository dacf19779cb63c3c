package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/rereadml/reread/data/sudoku"
)

// readPuzzles reads all puzzles of the argument of a command, or of standard input
// without one, and checks them.
func (p *program) readPuzzles(args []string) ([]sudoku.Grid, error) {
	if len(args) == 0 || args[0] == "-" {
		if f, ok := p.stdin.(*os.File); ok && isTerminal(f) {
			fmt.Fprintln(p.stderr, "reading puzzles from the terminal: 81 characters a line, digits and . for blanks;")
			fmt.Fprintln(p.stderr, "end with Ctrl-D, or Ctrl-Z and Enter on Windows")
		}
		return readPuzzleFile(p.stdin, "standard input")
	}
	arg := args[0]
	g, notGrid := parsePuzzle(arg)
	if notGrid == nil {
		return []sudoku.Grid{g}, nil
	}
	f, err := os.Open(arg)
	switch {
	case errors.Is(err, fs.ErrNotExist) && looksLikeGrid(arg):
		return nil, &inputError{notGrid}
	case err != nil:
		return nil, badInput("neither a puzzle of %d characters nor a file: %w", sudoku.Cells, err)
	}
	defer f.Close()
	return readPuzzleFile(f, arg)
}

// looksLikeGrid tells a mistyped grid from a mistyped name of a file.
func looksLikeGrid(arg string) bool {
	return len(arg) == sudoku.Cells || strings.Trim(arg, "0123456789.") == ""
}

// readPuzzleFile reads a list of puzzles or a CSV file.
func readPuzzleFile(r io.Reader, name string) ([]sudoku.Grid, error) {
	puzzles, err := sudoku.ReadGrids(r, name)
	if err != nil {
		return nil, &inputError{err}
	}
	if len(puzzles) == 0 {
		return nil, badInput("%s: no puzzles", name)
	}
	return puzzles, nil
}

// parsePuzzle reads a puzzle whose givens keep the rules.
func parsePuzzle(s string) (sudoku.Grid, error) {
	g, err := sudoku.Parse(s)
	if err != nil {
		return g, err
	}
	if list, _ := violations(g); len(list) > 0 {
		return g, fmt.Errorf("the givens break the rules: %v", list[0])
	}
	return g, nil
}
