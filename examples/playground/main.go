// Playground serves a page on which a model thinks about Sudokus.
//
// With -static it writes the page to a folder instead, with the model compiled to
// WebAssembly: any server of files will do then.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"

	"github.com/rereadml/reread/examples/playground/engine"
	"github.com/rereadml/reread/internal/command"
)

const usage = `usage: playground [FLAGS]

Serves a page on which a model thinks about Sudokus, until it is interrupted.
`

func main() {
	os.Exit(command.Status("playground", run(command.Interruptible(), os.Args[1:], os.Stdout), os.Stderr))
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	fs := flag.NewFlagSet("playground", flag.ContinueOnError)
	addr := fs.String("addr", "localhost:8080", "`address` to serve on")
	static := fs.String("static", "", "write the page to this `folder` instead, with the model in WebAssembly: within the module, whose source it takes")
	if err := command.Parse(fs, args, 0, usage, stdout); err != nil {
		return err
	}
	if *static != "" {
		return writeStatic(ctx, *static)
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	return serve(ctx, listener, stdout)
}

// serve serves until ctx ends, and with it all tasks.
func serve(ctx context.Context, listener net.Listener, stdout io.Writer) error {
	e, err := engine.New()
	if err != nil {
		return err
	}
	server := newServer(e.Do, standardLimits())
	server.BaseContext = func(net.Listener) context.Context { return ctx }
	done := make(chan error, 1)
	context.AfterFunc(ctx, func() { done <- server.Shutdown(context.WithoutCancel(ctx)) })
	fmt.Fprintf(stdout, "http://%s\n", listener.Addr())
	if err := server.Serve(listener); err != http.ErrServerClosed {
		return err
	}
	return <-done
}
