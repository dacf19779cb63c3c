package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/rereadml/reread/examples/playground/engine"
)

// events are those of a task, on their way to a client as server-sent events.
type events struct {
	w        http.ResponseWriter
	control  *http.ResponseController
	patience time.Duration // with a client that does not take them
	begun    bool
}

func newEvents(w http.ResponseWriter, patience time.Duration) *events {
	return &events{w: w, control: http.NewResponseController(w), patience: patience}
}

// emit sends an event.
func (e *events) emit(name string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	if !e.begun {
		e.begun = true
		e.w.Header().Set("Content-Type", "text/event-stream")
		e.w.Header().Set("Cache-Control", "no-store")
	}
	if err := e.control.SetWriteDeadline(time.Now().Add(e.patience)); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(e.w, "event: %s\ndata: %s\n\n", name, text); err != nil {
		return err
	}
	return e.control.Flush()
}

// fail says why there are no events, or no more.
func (e *events) fail(err error) {
	code, message := describe(err)
	if e.begun {
		_ = e.emit("error", struct { // unless the client has gone
			Message string `json:"message"`
		}{message})
		return
	}
	if code == http.StatusServiceUnavailable {
		e.w.Header().Set("Retry-After", "5")
	}
	http.Error(e.w, message, code)
}

// describe returns the status and the text of an error for the client.
func describe(err error) (code int, message string) {
	var tooLarge *http.MaxBytesError
	var bad *engine.BadRequest
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &bad):
		return http.StatusBadRequest, err.Error()
	case errors.As(err, &syntax), errors.As(err, &kind):
		return http.StatusBadRequest, "the request is not the JSON of a task: " + err.Error()
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge, fmt.Sprintf("the request has more than %d bytes", tooLarge.Limit)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return http.StatusRequestTimeout, "the request came too slowly"
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable, "this took too long"
	case errors.Is(err, errBusy):
		return http.StatusServiceUnavailable, err.Error()
	}
	return http.StatusInternalServerError, err.Error()
}
