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
	"syscall"
)

const usage = `usage: sudoku [COMMAND] [FLAGS]

Without a command it solves a few puzzles and shows how; -v shows all of it.

commands:
  solve      solve puzzles
  eval       measure the accuracy on a file of puzzles
  merge      put the results of parts of a set together
  train      train a model
  generate   make puzzles
  export     write a model for other inference engines
  help       show this text

"sudoku COMMAND -h" shows the flags of a command.

exit status:
  0    success
  1    solve: not every puzzle is solved; otherwise a failure
  2    wrong usage or bad input
  130  interrupted
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
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
	err := p.dispatch(ctx, args)
	var bad *inputError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errUsage): // said already
		return 2
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "sudoku: interrupted")
		return 130
	}
	fmt.Fprintln(stderr, "sudoku:", err)
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
	case "help", "-h", "-help", "--help":
	default:
		fmt.Fprintf(p.stderr, "sudoku: unknown command %q\n", args[0])
	}
	fmt.Fprint(p.stderr, usage)
	return errUsage
}

// errUsage ends the program after a usage text.
var errUsage = errors.New("wrong usage")

// inputError is a fault of what the user gave: flags, puzzles, files.
type inputError struct{ err error }

func (e *inputError) Error() string { return e.err.Error() }
func (e *inputError) Unwrap() error { return e.err }

func badInput(format string, args ...any) error {
	return &inputError{fmt.Errorf(format, args...)}
}

// flags returns a flag set that shows the given text and its flags when asked
// for help or used wrongly.
func (p *program) flags(name, text string) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(p.stderr)
	fs.Usage = func() {
		fmt.Fprint(p.stderr, text, "\nflags:\n")
		fs.PrintDefaults()
	}
	return fs
}

// parse reads the flags and returns the arguments after them, at most most.
func (p *program) parse(fs *flag.FlagSet, args []string, most int) ([]string, error) {
	if fs.Parse(args) != nil {
		return nil, errUsage
	}
	if fs.NArg() > most {
		return nil, badInput("%s: unexpected argument %q; flags come before arguments", fs.Name(), fs.Arg(most))
	}
	return fs.Args(), nil
}

// isTerminal reports whether what is written to w is seen at once by a person.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
