package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/nn"
)

const solveUsage = `usage: sudoku solve [FLAGS] [PUZZLE]

Solves puzzles and checks the answers against the rules. PUZZLE is one of

  81 characters   the cells row by row: digits, with 0 or . for a blank
  a file          one such puzzle a line; empty lines and lines that begin with
                  # are skipped. Or a CSV file as generate writes it.
  -               standard input, in the form of a file; the default

The exit status is 0 if every puzzle is solved, 1 if not, 2 for bad input, of
which nothing is solved.
`

func (p *program) solve(ctx context.Context, args []string) error {
	fs := p.flags("solve", solveUsage)
	weights := fs.String("weights", "", "`file` of the model (default the small model in this program)")
	precision := fs.String("precision", string(nn.FP32), precisionUsage)
	steps := fs.Int("steps", 16, "supervision steps")
	halt := fs.Bool("halt", false, "let the model stop early, puzzle by puzzle")
	format := fs.String("format", "grid", "grid, line (81 characters) or json (an object a line)")
	rest, err := p.parse(fs, args, 1)
	if err != nil {
		return err
	}
	write, ok := writers[*format]
	if !ok {
		return badInput("solve: unknown -format %q, want grid, line or json", *format)
	}
	if *steps < 1 {
		return badInput("solve: -steps must be at least 1")
	}
	arg := "-"
	if len(rest) > 0 {
		arg = rest[0]
	}
	puzzles, err := p.readPuzzles(arg)
	if err != nil {
		return err
	}
	m, err := loadModelAt(*weights, *precision)
	if err != nil {
		return err
	}
	last := make([]thought, len(puzzles))
	err = reason(ctx, m, puzzles, *steps, *halt, func(i int, t thought) { last[i] = t })
	if err != nil {
		return err
	}
	unsolved := 0
	for i, t := range last {
		s := &solution{number: i + 1, puzzle: puzzles[i], thought: t, solved: solves(t.answer, puzzles[i])}
		if !s.solved {
			unsolved++
		}
		if err := write(p, s); err != nil {
			return err
		}
	}
	if unsolved > 0 {
		return fmt.Errorf("%d of %s not solved", unsolved, count(len(puzzles), "puzzle"))
	}
	return nil
}

// solution is what came of a puzzle.
type solution struct {
	number int // of the puzzle, from 1
	puzzle sudoku.Grid
	thought
	solved bool
}

func (s *solution) String() string {
	verdict := "solved"
	if !s.solved {
		verdict = "not solved"
	}
	return fmt.Sprintf("puzzle %d: %s in %s", s.number, verdict, count(s.step, "step"))
}

// show writes the boards of a puzzle under what came of it.
func (s *solution) show(w io.Writer, panels []panel) error {
	text := s.String()
	if !s.solved {
		text += "\n" + shortfall(s.answer, s.puzzle)
	}
	if _, err := fmt.Fprintln(w, text); err != nil {
		return err
	}
	return writePanels(w, panels, colours(w))
}

var writers = map[string]func(p *program, s *solution) error{
	"grid": writeGrid, "line": writeLine, "json": writeJSON,
}

func writeGrid(p *program, s *solution) error {
	return s.show(p.stdout, []panel{
		{"puzzle", s.puzzle, s.puzzle},
		{fmt.Sprintf("answer, halt %+.2f", s.halt), s.answer, s.puzzle},
	})
}

// writeLine writes the answer alone, so that other programs can read it; what
// is wrong with it goes to standard error.
func writeLine(p *program, s *solution) error {
	if !s.solved {
		fmt.Fprintf(p.stderr, "%v: %s\n", s, shortfall(s.answer, s.puzzle))
	}
	_, err := fmt.Fprintln(p.stdout, s.answer)
	return err
}

func writeJSON(p *program, s *solution) error {
	list, _ := violations(s.answer)
	broken := make([]string, len(list))
	for i, v := range list {
		broken[i] = v.String()
	}
	return json.NewEncoder(p.stdout).Encode(struct {
		Puzzle     string   `json:"puzzle"`
		Answer     string   `json:"answer"`
		Solved     bool     `json:"solved"`
		Steps      int      `json:"steps"`
		Halt       float32  `json:"halt"`
		GivensKept bool     `json:"givens_kept"`
		Violations []string `json:"violations"`
	}{s.puzzle.String(), s.answer.String(), s.solved, s.step, s.halt, s.answer.Extends(s.puzzle), broken})
}

// readPuzzles reads all puzzles of the argument and checks them.
func (p *program) readPuzzles(arg string) ([]sudoku.Grid, error) {
	switch {
	case arg == "-":
		return readPuzzleFile(p.stdin, "standard input")
	case strings.Trim(arg, "0123456789.") == "" || len(arg) == sudoku.Cells && !exists(arg):
		g, err := parsePuzzle(arg)
		if err != nil {
			return nil, badInput("solve: %w", err)
		}
		return []sudoku.Grid{g}, nil
	}
	f, err := os.Open(arg)
	if err != nil {
		return nil, badInput("solve: neither a puzzle of %d characters nor a file: %w", sudoku.Cells, err)
	}
	defer f.Close()
	return readPuzzleFile(f, arg)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
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
