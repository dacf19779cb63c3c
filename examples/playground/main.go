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
	"os/signal"

	"github.com/rereadml/reread/examples/playground/engine"
)

func main() {
	addr := flag.String("addr", "localhost:8080", "`address` to serve on")
	static := flag.String("static", "", "write the page to this `folder` instead, with the model in WebAssembly")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second interrupt ends the process at once
	if err := run(ctx, *addr, *static); err != nil {
		fmt.Fprintln(os.Stderr, "playground:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, addr, static string) error {
	if static != "" {
		return writeStatic(ctx, static)
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return serve(ctx, listener, os.Stdout)
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
