// Sudoku solves Sudokus with a recursive reasoning model, and trains, evaluates
// and exports such models.
//
// Without arguments it solves a few puzzles with weights that come with the
// program and shows how. See the usage text for the rest.
package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/simd"
)

const usage = `usage: sudoku [COMMAND] [FLAGS]

Without a command it solves a few puzzles and shows how; -v shows all of it.

commands:
  solve      solve puzzles
  trace      show how a puzzle is thought about
  eval       measure the accuracy on a file of puzzles
  merge      put the results of parts of a set together
  train      train a model
  generate   make puzzles
  export     write a model for other inference engines
  info       show what a weights file or the folder of a run holds
  version    show the version, the processor and what is used of it
  help       show this text

"sudoku COMMAND -h" shows the flags of a command.

exit status:
  0    success
  1    solve: not every puzzle is solved; otherwise a failure
  2    wrong usage or bad input
  130  interrupted
`

func main() {
	os.Exit(run(command.Interruptible(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// program is where a command reads and writes: results go to stdout, progress
// and complaints to stderr.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

// run is the program without its process. It returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{stdin, stdout, stderr}
	if err := simd.EnvError(); err != nil {
		fmt.Fprintf(stderr, "sudoku: warning: %v; using %v\n", err, simd.Active())
	}
	return command.Status("sudoku", p.dispatch(ctx, args), stderr)
}

func (p *program) dispatch(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return p.demo(ctx, nil)
	}
	switch args[0] {
	case "-v":
		return p.demo(ctx, args)
	case "solve":
		return p.solve(ctx, args[1:])
	case "trace":
		return p.trace(ctx, args[1:])
	case "eval":
		return p.eval(ctx, args[1:])
	case "merge":
		return p.merge(args[1:])
	case "train":
		return p.train(ctx, args[1:])
	case "generate":
		return p.generate(ctx, args[1:])
	case "export":
		return p.export(args[1:])
	case "info":
		return p.info(args[1:])
	case "version":
		return p.version(args[1:])
	case "help", "-h", "-help", "--help":
		if len(args) > 1 && !strings.HasPrefix(args[1], "-") {
			return p.dispatch(ctx, []string{args[1], "-h"})
		}
		_, err := fmt.Fprint(p.stdout, usage)
		return err
	}
	return command.BadInput("unknown command %q; \"sudoku help\" shows those that there are", args[0])
}

// checkFinite refuses the value of a flag that is no finite float32.
func checkFinite(cmd, name string, v float64) error {
	if !(math.Abs(v) <= math.MaxFloat32) {
		return command.BadInput("%s: -%s must be a finite number", cmd, name)
	}
	return nil
}
