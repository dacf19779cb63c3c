package main

import (
	"context"
	"net/http"

	"github.com/rereadml/reread/examples/playground/engine"
)

// do is the signature of [engine.Engine.Do].
type do func(context.Context, engine.Request, engine.Emit) error

// newServer returns a server of the page, whose tasks are done by do.
func newServer(do do, l limits) *http.Server {
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(folder("page")))
	mux.Handle("GET /engine.js", http.FileServerFS(folder("overserver")))
	mux.Handle("POST /do", newTasks(do, l))
	return &http.Server{
		Handler:        http.NewCrossOriginProtection().Handler(mux), // other sites' pages are not to use this processor
		ReadTimeout:    l.request,
		WriteTimeout:   l.event,
		IdleTimeout:    l.idle,
		MaxHeaderBytes: 1 << 14,
	}
}
