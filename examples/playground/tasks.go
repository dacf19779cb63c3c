package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/rereadml/reread/examples/playground/engine"
)

// tasks does what requests ask for, so many at a time.
type tasks struct {
	do     do
	limits limits
	places chan struct{} // taken by tasks that wait or are at work
	seats  chan struct{} // taken by those at work
}

func newTasks(do do, l limits) *tasks {
	return &tasks{do, l, make(chan struct{}, l.busy+l.waiting), make(chan struct{}, l.busy)}
}

// ServeHTTP does a task and sends its events.
func (t *tasks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out := newEvents(w, t.limits.event)
	request, err := t.read(w, r)
	if err != nil {
		out.fail(err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), t.limits.task)
	defer cancel()
	leave, err := t.enter(ctx)
	if err != nil {
		out.fail(err)
		return
	}
	defer leave()
	if err := t.do(ctx, request, out.emit); err != nil {
		out.fail(err)
		return
	}
	_ = out.emit("end", struct{}{}) // unless the client has gone
}

// read reads a request to its end: a client that goes is noticed only then.
func (t *tasks) read(w http.ResponseWriter, r *http.Request) (engine.Request, error) {
	var request engine.Request
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, t.limits.body))
	if err != nil {
		return request, err
	}
	if err := json.Unmarshal(text, &request); err != nil {
		return request, err
	}
	return request, http.NewResponseController(w).SetReadDeadline(time.Time{}) // which would end the task
}

var errBusy = errors.New("too many are thinking already; try again in a moment")

// enter returns when there is a seat, which leave gives back.
func (t *tasks) enter(ctx context.Context) (leave func(), err error) {
	select {
	case t.places <- struct{}{}:
	default:
		return nil, errBusy
	}
	select {
	case t.seats <- struct{}{}:
		return func() { <-t.seats; <-t.places }, nil
	case <-ctx.Done():
		<-t.places
		return nil, errBusy
	}
}
