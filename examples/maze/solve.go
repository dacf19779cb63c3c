package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/rereadml/reread/data/maze"
	"github.com/rereadml/reread/internal/command"
)

const solveUsage = `usage: maze solve [FLAGS] [FILE]

Solves the mazes of a text file, or of standard input without one or with -, and
shows a path through each. A maze is lines of equal length: # for a wall, a space for
a free cell, S for the start and G for the goal. Empty lines are between mazes, which
can be of any shape from 3 x 3 cells on.

The model thinks until its answer is a shortest path, or for all its steps: at least
so many are needed as a path has moves in ten. -line writes nothing but the answers,
in the same form, with o for the path.
`

var errUnsolved = errors.New("not every maze is solved")

func (p *program) solve(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("maze solve", flag.ContinueOnError)
	path := fs.String("weights", "", "`file` of the model (default the one in this program)")
	steps := fs.Int("steps", 0, "supervision `steps` at most (default the model's own)")
	verbose := fs.Bool("v", false, "show each step that changes the answer")
	plain := fs.Bool("line", false, "write the answers alone, as text that solve reads but for the path")
	if err := command.Parse(fs, args, 1, solveUsage, p.stdout); err != nil {
		return err
	}
	if *steps < 0 {
		return command.BadInput("solve: -steps must not be negative")
	}
	mazes, err := p.readArgument(fs.Arg(0))
	if err != nil {
		return err
	}
	w, err := openWeights(*path)
	if err != nil {
		return err
	}
	defer w.Close()
	solved, err := p.solveAll(ctx, w, mazes, *steps, func(t *thought) error {
		if !*plain {
			return t.show(p.stdout, *verbose)
		}
		if !t.solved {
			fmt.Fprintln(p.stderr, t)
		}
		_, err := fmt.Fprintf(p.stdout, "%v\n\n", t.answer())
		return err
	})
	if err == nil && solved < len(mazes) {
		err = errUnsolved
	}
	return err
}

// readArgument reads the mazes of a file, or of standard input.
func (p *program) readArgument(path string) ([]maze.Grid, error) {
	if path == "" || path == "-" {
		return readMazes(p.stdin, "standard input")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	defer f.Close()
	return readMazes(f, path)
}

// readMazes reads mazes with empty lines between them, all of which have a solution.
func readMazes(r io.Reader, name string) ([]maze.Grid, error) {
	var mazes []maze.Grid
	var lines []string
	line := 0
	end := func() error {
		if len(lines) == 0 {
			return nil
		}
		g, err := maze.Parse(strings.Join(lines, "\n"))
		if err == nil {
			_, _, err = g.Solve()
		}
		if err != nil {
			return command.BadInput("%s: maze from line %d: %w", name, line-len(lines), err)
		}
		mazes, lines = append(mazes, g), nil
		return nil
	}
	in := bufio.NewScanner(r)
	for in.Scan() {
		line++
		text := strings.TrimSuffix(in.Text(), "\r")
		if text != "" {
			lines = append(lines, text)
			continue
		}
		if err := end(); err != nil {
			return nil, err
		}
	}
	if err := in.Err(); err != nil {
		return nil, command.BadInput("%s: line %d: %w", name, line+1, err)
	}
	line++
	if err := end(); err != nil {
		return nil, err
	}
	if len(mazes) == 0 {
		return nil, command.BadInput("%s: no mazes", name)
	}
	return mazes, nil
}
