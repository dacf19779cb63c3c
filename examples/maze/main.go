// Maze finds shortest paths through mazes with a recursive reasoning model, and
// trains and evaluates such models.
//
// Without arguments it solves a few mazes with weights that come with the program and
// shows the path after each supervision step. See the usage text for the rest.
package main

import (
	"context"
	"io"
	"os"

	"github.com/rereadml/reread/internal/command"
)

const usage = `usage: maze [COMMAND] [FLAGS]

Without a command it solves a few mazes and shows how.

commands:
  solve      solve mazes
  eval       measure the accuracy on a file of mazes, or on new ones
  train      train a model on new mazes
  generate   make mazes
  help       show this text

"maze COMMAND -h" shows the flags of a command.

exit status:
  0    success
  1    solve: not every maze is solved; otherwise a failure
  2    wrong usage or bad input
  130  interrupted
`

func main() {
	os.Exit(run(command.Interruptible(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// program is where a command reads and writes: results go to stdout, progress and
// complaints to stderr.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

// run is the program without its process. It returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{stdin, stdout, stderr}
	return command.Status("maze", p.dispatch(ctx, args), stderr)
}

func (p *program) dispatch(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return p.demo(ctx)
	}
	switch args[0] {
	case "solve":
		return p.solve(ctx, args[1:])
	case "eval":
		return p.eval(ctx, args[1:])
	case "train":
		return p.train(ctx, args[1:])
	case "generate":
		return p.generate(ctx, args[1:])
	case "help", "-h", "-help", "--help":
		_, err := io.WriteString(p.stdout, usage)
		return err
	}
	return command.BadInput("unknown command %q; \"maze help\" shows those that there are", args[0])
}
