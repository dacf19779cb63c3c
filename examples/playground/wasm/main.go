//go:build js && wasm

// The engine in a worker of the browser, which worker.js runs.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"syscall/js"
	"time"

	"github.com/rereadml/reread/examples/playground/engine"
)

func main() {
	e, err := engine.New()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	w := worker{engine: e, stops: make(map[int]context.CancelFunc)}
	js.Global().Set("start", js.FuncOf(w.start))
	js.Global().Set("stop", js.FuncOf(w.stop))
	select {}
}

// worker does the tasks that messages of the page ask for. The browser gives it
// one thread.
type worker struct {
	engine *engine.Engine
	stops  map[int]context.CancelFunc // of tasks under way, by their number
}

// start begins a task: its number and the JSON of the request.
func (w *worker) start(_ js.Value, args []js.Value) any {
	task, text := args[0].Int(), args[1].String()
	ctx, cancel := context.WithCancel(context.Background())
	w.stops[task] = cancel
	go func() {
		defer delete(w.stops, task)
		w.do(ctx, task, text)
	}()
	return nil
}

// stop ends a task.
func (w *worker) stop(_ js.Value, args []js.Value) any {
	if cancel, ok := w.stops[args[0].Int()]; ok {
		cancel()
	}
	return nil
}

func (w *worker) do(ctx context.Context, task int, text string) {
	emit := func(name string, data any) error { return post(task, name, data) }
	var request engine.Request
	err := json.Unmarshal([]byte(text), &request)
	if err == nil {
		err = w.engine.Do(ctx, request, emit)
	}
	switch {
	case errors.Is(err, context.Canceled): // as the page wished
	case err != nil:
		_ = emit("error", map[string]string{"message": err.Error()}) // which has a JSON form
	default:
		_ = emit("end", struct{}{})
	}
}

// post sends an event to the page, and lets messages of the page in, which wait
// until Go has nothing to do.
func post(task int, name string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	js.Global().Call("postMessage", []any{task, name, string(text)})
	time.Sleep(time.Nanosecond)
	return nil
}
