// Sudoku solves Sudokus with a recursive reasoning model, and trains, evaluates
// and exports such models.
//
// Without arguments it solves a few puzzles with weights that come with the
// program and shows how. See the usage text for the rest.
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
	ctx, stop := signal.NotifyContext(context.Background(), stopSignals()...)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
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
	err := p.dispatch(ctx, args)
	var bad *inputError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "sudoku: interrupted")
		return 130
	}
	// Package sudoku puts the same name before what it says.
	fmt.Fprintln(stderr, "sudoku:", strings.TrimPrefix(err.Error(), "sudoku: "))
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
	return badInput("unknown command %q; \"sudoku help\" shows those that there are", args[0])
}

// inputError is a fault of what the user gave: flags, puzzles, files.
type inputError struct{ err error }

func (e *inputError) Error() string { return e.err.Error() }
func (e *inputError) Unwrap() error { return e.err }

func badInput(format string, args ...any) error {
	return &inputError{fmt.Errorf(format, args...)}
}

// flags returns a flag set for parse, with the text of its help.
func (p *program) flags(name, text string) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(io.Discard) // parse says what is wrong
	fs.Usage = func() {
		var flags strings.Builder
		fs.SetOutput(&flags)
		fs.PrintDefaults()
		if flags.Len() > 0 {
			text += "\nflags:\n" + flags.String()
		}
		fmt.Fprint(p.stdout, text)
	}
	return fs
}

// parse reads the flags and returns the arguments after them, at most most.
func (p *program) parse(fs *flag.FlagSet, args []string, most int) ([]string, error) {
	help := fs.Usage
	fs.Usage = func() {} // package flag would show it after errors as well
	switch err := fs.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		help()
		return nil, err
	case err != nil:
		return nil, badInput("%s: %w; \"sudoku %s -h\" shows the flags", fs.Name(), err, fs.Name())
	}
	if fs.NArg() > most {
		return nil, badInput("%s: unexpected argument %q; flags come before arguments", fs.Name(), fs.Arg(most))
	}
	return fs.Args(), nil
}
