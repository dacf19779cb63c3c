// Door has a recursive reasoning model plan in a small world of two rooms, where a
// key has to be fetched before a locked door opens, and shows how the plan is formed
// and acted out.
//
// Without a command it does so for one layout, with weights that come with the
// program. See the usage text for the rest.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/terminal"
)

const usage = `usage: door [FLAGS]
       door eval|train [FLAGS]

Without a command a model plans in one layout: its thinking is shown, update by
update, and then the plan is acted out. eval measures how often plans lead to the
goal, train trains a model. "door -h", "door eval -h" and "door train -h" show the
flags.
`

func main() {
	ctx := command.Interruptible()
	p := &program{os.Stdin, os.Stdout, os.Stderr, terminal.Obeys(os.Stdout), terminal.Colours(os.Stdout)}
	os.Exit(p.run(ctx, os.Args[1:]))
}

// program is where a command reads and writes.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	animated       bool // stdout is a terminal that does what escape sequences say
	coloured       bool // and is to be coloured
}

// run runs a command and returns the exit status: 1 for failures, 2 for bad input
// and 130 where it was interrupted.
func (p *program) run(ctx context.Context, args []string) int {
	return command.Status("door", p.dispatch(ctx, args), p.stderr)
}

func (p *program) dispatch(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return p.demo(ctx, nil)
	}
	switch args[0] {
	case "eval":
		return p.eval(ctx, args[1:])
	case "train":
		return p.train(ctx, args[1:])
	case "help":
		_, err := fmt.Fprint(p.stdout, usage)
		return err
	}
	return p.demo(ctx, args)
}
