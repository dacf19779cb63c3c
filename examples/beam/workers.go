package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners"
)

// tries is how often a pipeline is run that loses its worker.
const tries = 3

var errEnded = errors.New("the worker has ended")

// workers run pipelines over shards: processes that they start, or else those of the
// flags of Beam.
type workers struct {
	n       int       // processes; 0: those of the flags of Beam
	stderr  io.Writer // also that of the processes
	service *service
	running []*process // nil where there is none
}

func (w *workers) register(fs *flag.FlagSet) {
	fs.IntVar(&w.n, "processes", 0, "`number` of workers on this machine, each a process of its own that this program starts (default those of the flags of Beam)")
}

// check is for the flags as they were given.
func (w *workers) check(fs *flag.FlagSet, shards int) (err error) {
	if w.n < 0 || w.n > shards {
		return fmt.Errorf("%s: -processes must not be negative, nor more than the %d shards", fs.Name(), shards)
	}
	if w.n > 0 && *jobopts.Async {
		return errAsync
	}
	fs.Visit(func(f *flag.Flag) {
		other := f.Name == "runner" && !slices.Contains([]string{"prism", "universal"}, *runners.Runner)
		if w.n > 0 && (other || f.Name == "environment_type" || f.Name == "environment_config") {
			err = fmt.Errorf("%s: -processes and --%s=%s do not go together", fs.Name(), f.Name, f.Value)
		}
	})
	return err
}

// run builds a pipeline and runs it to its end, on one of the processes if there are to
// be any.
func (w *workers) run(ctx context.Context, build func(beam.Scope)) error {
	if w.n == 0 {
		_, err := runPipeline(ctx, build)
		return err
	}
	if err := w.open(ctx); err != nil {
		return err
	}
	return w.runOn(ctx, 0, build)
}

// runShards builds pipelines that have all of so many shards between them, and runs
// them to their ends. Prism has only one worker for a pipeline, so there is one for
// each process.
func (w *workers) runShards(ctx context.Context, shards int, build func(s beam.Scope, shards []int)) error {
	if w.n == 0 {
		return w.run(ctx, func(s beam.Scope) { build(s, every(1, 0, shards)) })
	}
	if err := w.open(ctx); err != nil {
		return err
	}
	errs := make([]error, w.n)
	var wait sync.WaitGroup
	for i := range w.n {
		wait.Go(func() {
			errs[i] = w.runOn(ctx, i, func(s beam.Scope) { build(s, every(w.n, i, shards)) })
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

func (w *workers) open(ctx context.Context) (err error) {
	if w.service == nil {
		w.service, err = openService(ctx)
		w.running = make([]*process, w.n)
	}
	return err
}

// runOn runs a pipeline on one of the processes. If that is lost, another takes its
// place and the pipeline is run again, some times: what it stored is not done again.
func (w *workers) runOn(ctx context.Context, i int, build func(beam.Scope)) error {
	for try := 1; ; try++ {
		err := w.try(ctx, i, build)
		if err == nil {
			return nil
		}
		lost := w.end(i)
		if lost == nil || ctx.Err() != nil || try == tries {
			return errors.Join(err, lost)
		}
		fmt.Fprintf(w.stderr, "beam: %v: trying again\n", lost)
	}
}

func (w *workers) try(ctx context.Context, i int, build func(beam.Scope)) (err error) {
	if w.running[i] == nil {
		if w.running[i], err = startProcess(ctx, w.stderr); err != nil {
			return err
		}
	}
	p := w.running[i]
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-p.ended:
			cancel(errEnded) // a runner may wait for it forever
		case <-ctx.Done():
		}
	}()
	return w.service.run(ctx, build, p.addr)
}

// end ends a process. It is an error for the process to have ended in another way.
func (w *workers) end(i int) error {
	p := w.running[i]
	if p == nil {
		return nil
	}
	w.running[i] = nil
	if err := p.end(); err != nil {
		return fmt.Errorf("worker %d of %d was lost: %w", i+1, w.n, err)
	}
	return nil
}

// close ends all processes.
func (w *workers) close() error {
	var errs []error
	for i := range w.running {
		errs = append(errs, w.end(i))
	}
	return errors.Join(errs...)
}
