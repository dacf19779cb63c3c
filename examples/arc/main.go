// Arc learns and solves tasks of ARC-AGI with recursive reasoning models.
//
// Without arguments it shows tasks that it makes itself, and how a model whose weights
// come with the program solves them. See the usage text for the rest.
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
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// program is where a command writes: results go to stdout, progress and complaints to
// stderr.
type program struct{ stdout, stderr io.Writer }

// run is the program without its process. It returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	p := &program{stdout, stderr}
	err := p.dispatch(ctx, args)
	var bad *inputError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "arc: interrupted")
		return 130
	}
	// Package arc puts the same name before what it says.
	fmt.Fprintln(stderr, "arc:", strings.TrimPrefix(err.Error(), "arc: "))
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
	return badInput("unknown command %q; \"arc help\" shows those that there are", args[0])
}

// inputError is a fault of what the user gave: flags, tasks, files.
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
		return badInput("%s: %w; \"arc %s -h\" shows the flags", fs.Name(), err, fs.Name())
	case fs.NArg() > most:
		return badInput("%s: unexpected argument %q; flags come before arguments", fs.Name(), fs.Arg(most))
	}
	return nil
}
