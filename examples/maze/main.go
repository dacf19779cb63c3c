// Maze finds shortest paths through mazes with a recursive reasoning model, and
// trains and evaluates such models.
//
// Without arguments it solves a few mazes with weights that come with the program and
// shows the path after each supervision step. See the usage text for the rest.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
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
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
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
	err := p.dispatch(ctx, args)
	var bad *inputError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "maze: interrupted")
		return 130
	}
	// Package maze puts the same name before what it says.
	fmt.Fprintln(stderr, "maze:", strings.TrimPrefix(err.Error(), "maze: "))
	if errors.As(err, &bad) {
		return 2
	}
	return 1
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
	return badInput("unknown command %q; \"maze help\" shows those that there are", args[0])
}

// inputError is a fault of what the user gave: flags, mazes, files.
type inputError struct{ err error }

func (e *inputError) Error() string { return e.err.Error() }
func (e *inputError) Unwrap() error { return e.err }

func badInput(format string, args ...any) error {
	return &inputError{fmt.Errorf(format, args...)}
}

// parse reads the flags of a command, which takes at most so many arguments after
// them. Asked for help it writes the text and the flags.
func (p *program) parse(fs *flag.FlagSet, text string, args []string, most int) error {
	fs.SetOutput(io.Discard) // the error says it all
	fs.Usage = func() {}
	err := fs.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintf(p.stdout, "%s\nflags:\n", text)
		fs.SetOutput(p.stdout)
		fs.PrintDefaults()
		return err
	case err != nil:
		return badInput("%s: %w; \"maze %s -h\" shows the flags", fs.Name(), err, fs.Name())
	case fs.NArg() > most:
		return badInput("%s: unexpected argument %q; flags come before arguments", fs.Name(), fs.Arg(most))
	}
	return nil
}
