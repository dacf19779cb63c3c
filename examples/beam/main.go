// Beam evaluates and trains models on more than one machine, as pipelines of
// Apache Beam.
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

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/log"
)

const usage = `usage: beam eval -data FILE -out FOLDER [FLAGS]
       beam train -data FILE -out FOLDER [FLAGS]
       beam worker [-port PORT]

eval counts how many Sudokus a model solves, train trains one, each in shards on the
workers of a Beam runner. The folder and all files that flags name have to be the same
for all workers. A command that was ended goes on when it is given again. -h after a
command shows its flags.

The flags of Beam say where to run: --runner=prism, which is the default and runs in this
process, or --runner=universal --endpoint=HOST:PORT for any portable job service. With
-processes N the work is done in N processes that the command starts on this machine.

worker is for job services that want --environment_type=EXTERNAL: it waits for work at
the port, of which it prints the address.
`

// errUsage stands for what has been told already.
var errUsage = errors.New("usage")

func main() {
	if len(os.Args) > 1 && strings.HasPrefix(os.Args[1], "--") {
		flag.Parse() // how a runner starts a worker
	}
	log.LogLevel = "warn"
	beam.Init() // in a worker this does not return
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	switch err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "beam:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "eval":
			return runEval(ctx, args[1:], stdout, stderr)
		case "train":
			return runTrain(ctx, args[1:], stdout, stderr)
		case "worker":
			return runWorker(ctx, args[1:], stdout, stderr)
		case "help", "-h", "-help":
			fmt.Fprint(stdout, usage)
			return flag.ErrHelp
		}
	}
	fmt.Fprint(stderr, usage)
	return errUsage
}

// parse reads the flags of a command, those of Beam among them, which has
// registered its own with the whole program.
func parse(fs *flag.FlagSet, args []string, stderr io.Writer) error {
	own := flag.NewFlagSet(fs.Name(), flag.ContinueOnError)
	fs.VisitAll(func(f *flag.Flag) { own.Var(f.Value, f.Name, f.Usage) })
	own.SetOutput(stderr)
	fs.SetOutput(stderr)
	fs.Usage = func() {
		fmt.Fprintf(stderr, "usage: beam %s [FLAGS], those of Beam and:\n", fs.Name())
		own.PrintDefaults()
	}
	flag.VisitAll(func(f *flag.Flag) {
		if fs.Lookup(f.Name) == nil {
			fs.Var(f.Value, f.Name, f.Usage)
		}
	})
	switch err := fs.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return err
	case err != nil:
		return errUsage
	case fs.NArg() > 0:
		return fmt.Errorf("%s: unexpected argument %q", fs.Name(), fs.Arg(0))
	}
	return nil
}
