package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/util/hooks"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/universal/extworker"
)

// runWorker serves an external environment of Beam: it starts a worker in this process
// for each job whose runner asks for one.
func runWorker(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs := flag.NewFlagSet("worker", flag.ContinueOnError)
	port := fs.Int("port", 0, "`port` of this machine to listen on (default one that is free)")
	attached := fs.Bool("attached", false, "end when standard input does, which it does with the program that holds it")
	if err := parse(fs, args, stderr); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	hooks.SerializeHooksToOptions() // there are none, of which every job would warn
	pool, err := extworker.StartLoopback(ctx, *port)
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, pool.EnvironmentConfig(ctx))
	if *attached {
		go func() {
			defer cancel()
			io.Copy(io.Discard, os.Stdin)
		}()
	}
	<-ctx.Done()
	return nil
}
