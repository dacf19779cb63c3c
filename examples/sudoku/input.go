package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/data/sudoku/anysize"
	"github.com/rereadml/reread/internal/command"
)

// readPuzzles reads all puzzles of the argument of a command, or of standard input
// without one, and checks them. They have boxes of one shape.
func (p *program) readPuzzles(b anysize.Boxes, args []string) ([]anysize.Grid, error) {
	if len(args) == 0 || args[0] == "-" {
		if f, ok := p.stdin.(*os.File); ok && isTerminal(f) {
			fmt.Fprintf(p.stderr, "reading puzzles from the terminal: %d characters a line, values and . for blanks;\n", b.Cells())
			fmt.Fprintln(p.stderr, "end with Ctrl-D, or Ctrl-Z and Enter on Windows")
		}
		return readPuzzleFile(b, p.stdin, "standard input")
	}
	arg := args[0]
	g, notGrid := parsePuzzle(b, arg)
	if notGrid == nil {
		return []anysize.Grid{g}, nil
	}
	f, err := os.Open(arg)
	switch {
	case errors.Is(err, fs.ErrNotExist) && looksLikeGrid(b, arg):
		return nil, command.AsBadInput(notGrid)
	case err != nil:
		return nil, command.BadInput("neither a puzzle of %d characters nor a file: %w", b.Cells(), err)
	}
	defer f.Close()
	return readPuzzleFile(b, f, arg)
}

// looksLikeGrid tells a mistyped grid from a mistyped name of a file.
func looksLikeGrid(b anysize.Boxes, arg string) bool {
	return len(arg) == b.Cells() || strings.Trim(arg, "0123456789.") == ""
}

// readPuzzleFile reads a list of puzzles or, of 9x9 cells, a CSV file.
func readPuzzleFile(b anysize.Boxes, r io.Reader, name string) ([]anysize.Grid, error) {
	read := anysize.ReadGrids
	if b == nine {
		read = readNine
	}
	puzzles, err := read(b, r, name)
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	if len(puzzles) == 0 {
		return nil, command.BadInput("%s: no puzzles", name)
	}
	return puzzles, nil
}

func readNine(_ anysize.Boxes, r io.Reader, name string) ([]anysize.Grid, error) {
	grids, err := sudoku.ReadGrids(r, name)
	puzzles := make([]anysize.Grid, len(grids))
	for i, g := range grids {
		puzzles[i] = anySize(g)
	}
	return puzzles, err
}

// parsePuzzle reads a puzzle whose givens keep the rules.
func parsePuzzle(b anysize.Boxes, s string) (anysize.Grid, error) {
	g, err := anysize.Parse(b, s)
	if err != nil {
		return g, err
	}
	if list, _ := violations(g); len(list) > 0 {
		return g, fmt.Errorf("the givens break the rules: %v", list[0])
	}
	return g, nil
}
