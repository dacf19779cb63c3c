// Door has a recursive reasoning model plan in a small world of two rooms, where a
// key has to be fetched before a locked door opens, and shows how the plan is formed
// and acted out.
//
// Without a command it does so for one layout, with weights that come with the
// program. See the usage text for the rest.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

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
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	p := &program{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}
	if columns := terminal.Width(os.Stdout); columns > 0 && os.Getenv("TERM") != "dumb" {
		p.animated, p.coloured = true, os.Getenv("NO_COLOR") == ""
	}
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
	err := p.dispatch(ctx, args)
	var bad *inputError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(p.stderr, "door: interrupted")
		return 130
	}
	fmt.Fprintln(p.stderr, "door:", err)
	if errors.As(err, &bad) {
		return 2
	}
	return 1
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

// inputError is a fault of what the user gave.
type inputError struct{ err error }

func (e *inputError) Error() string { return e.err.Error() }
func (e *inputError) Unwrap() error { return e.err }

func badInput(format string, args ...any) error { return &inputError{fmt.Errorf(format, args...)} }

// parse reads the flags of a command, which takes nothing else.
func (p *program) parse(fs *flag.FlagSet, args []string) error {
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	err := fs.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(p.stdout, usage, "\nflags:\n")
		fs.SetOutput(p.stdout)
		fs.PrintDefaults()
		return err
	}
	if err != nil {
		return badInput("%w", err)
	}
	if fs.NArg() > 0 {
		return badInput("unexpected argument %q", fs.Arg(0))
	}
	return nil
}
