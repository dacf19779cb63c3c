// Arc learns and solves tasks of ARC-AGI with recursive reasoning models.
//
// Without arguments it shows tasks that it makes itself, and how a model whose weights
// come with the program solves them. See the usage text for the rest.
package main

import (
	"context"
	"io"
	"os"

	"github.com/rereadml/reread/internal/command"
)

const usage = `usage: arc [COMMAND] [FLAGS]

Without a command it shows a few tasks and how a model solves them.

commands:
  build   augment tasks and write them as a data set folder
  train   train a model on tasks, or new rows of its puzzle embedding alone
  eval    have a model answer tasks, count its votes and score them
  merge   put the votes of shards together
  show    draw tasks
  help    show this text

"arc COMMAND -h" shows the flags of a command.

exit status:
  0    success
  1    a failure
  2    wrong usage or bad input
  130  interrupted
`

func main() {
	os.Exit(run(command.Interruptible(), os.Args[1:], os.Stdout, os.Stderr))
}

// program is where a command writes: results go to stdout, progress and complaints to
// stderr.
type program struct{ stdout, stderr io.Writer }

// run is the program without its process. It returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	p := &program{stdout, stderr}
	return command.Status("arc", p.dispatch(ctx, args), stderr)
}

func (p *program) dispatch(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return p.demo(ctx)
	}
	switch args[0] {
	case "build":
		return p.build(args[1:])
	case "train":
		return p.train(ctx, args[1:])
	case "eval":
		return p.eval(ctx, args[1:])
	case "merge":
		return p.merge(args[1:])
	case "show":
		return p.show(args[1:])
	case "help", "-h", "-help", "--help":
		_, err := io.WriteString(p.stdout, usage)
		return err
	}
	return command.BadInput("unknown command %q; \"arc help\" shows those that there are", args[0])
}
