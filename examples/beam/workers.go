package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	jobpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/jobmanagement_v1"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners"
)

// tries is how often a pipeline is run that loses workers.
const tries = 3

var errEnded = errors.New("a worker has ended")

// workers run pipelines: processes that they start, or else those of the flags of Beam.
type workers struct {
	n       int       // processes; 0: those of the flags of Beam
	stderr  io.Writer // also that of the processes
	running []*process
	service jobpb.JobServiceClient
}

func (w *workers) register(fs *flag.FlagSet) {
	fs.IntVar(&w.n, "processes", 0, "`number` of workers on this machine, each a process of its own that this program starts (default those of the flags of Beam)")
}

// check is for the flags as they were given.
func (w *workers) check(fs *flag.FlagSet, shards int) (err error) {
	if w.n < 0 || w.n > shards {
		return fmt.Errorf("%s: -processes must not be negative, nor more than the %d shards", fs.Name(), shards)
	}
	fs.Visit(func(f *flag.Flag) {
		other := f.Name == "runner" && !slices.Contains([]string{"prism", "universal"}, *runners.Runner)
		if w.n > 0 && (other || f.Name == "environment_type" || f.Name == "environment_config") {
			err = fmt.Errorf("%s: -processes and --%s=%s do not go together", fs.Name(), f.Name, f.Value)
		}
	})
	return err
}

// parts is how many parts a pipeline is to have.
func (w *workers) parts() int { return max(1, w.n) }

// run builds a pipeline and runs it to its end. If a process is lost, all are started
// anew and the pipeline is run again, some times: what it stored is not done again.
func (w *workers) run(ctx context.Context, build func(beam.Scope)) error {
	if w.n == 0 {
		_, err := runPipeline(ctx, build)
		return err
	}
	for try := 1; ; try++ {
		err := w.try(ctx, build)
		if err == nil {
			return nil
		}
		lost := w.close()
		if lost == nil || ctx.Err() != nil || try == tries {
			return errors.Join(err, lost)
		}
		fmt.Fprintf(w.stderr, "beam: %v: trying again\n", lost)
	}
}

func (w *workers) try(ctx context.Context, build func(beam.Scope)) error {
	if w.service == nil {
		var err error
		if w.service, err = jobService(ctx); err != nil {
			return err
		}
	}
	for len(w.running) < w.n {
		p, err := startProcess(ctx, w.stderr)
		if err != nil {
			return err
		}
		w.running = append(w.running, p)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var addrs []string
	for _, p := range w.running {
		addrs = append(addrs, p.addr)
		go func() {
			select {
			case <-p.ended:
				cancel(errEnded) // a runner may wait for it forever
			case <-ctx.Done():
			}
		}()
	}
	return runParts(ctx, w.service, build, addrs)
}

// close ends all processes. It returns what those have ended with that were lost.
func (w *workers) close() error {
	var errs []error
	for i, p := range w.running {
		if err := p.end(); err != nil {
			errs = append(errs, fmt.Errorf("worker %d of %d was lost: %w", i+1, w.n, err))
		}
	}
	w.running = nil
	return errors.Join(errs...)
}
