package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"

	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/train/eval"
)

func init() { register.DoFn2x3[context.Context, int, int, []byte, error](&evalFn{}) }

// evalFn evaluates shards. What it counts is in the folder before it is in the
// pipeline, so that a shard is evaluated once, however often it is asked for.
type evalFn struct {
	Input   evalInput
	Dir     string
	Workers int // goroutines for each shard; 0: one for each processor

	subject *subject
}

// Setup loads the model and the rows, once for all of a process.
func (f *evalFn) Setup() (err error) {
	f.subject, err = subjects.get(f.Input, f.Input.open)
	return err
}

// ProcessElement returns a shard with its result as JSON.
func (f *evalFn) ProcessElement(ctx context.Context, shard int) (int, []byte, error) {
	r, err := f.result(ctx, shard)
	if err != nil {
		return 0, nil, fmt.Errorf("shard %d: %w", shard, err)
	}
	text, err := json.Marshal(r)
	return shard, text, err
}

// result reads the result of a shard, or makes and stores it.
func (f *evalFn) result(ctx context.Context, shard int) (*eval.Result, error) {
	path := f.file(shard, "shard", "json")
	if r, err := eval.Load(path); !errors.Is(err, fs.ErrNotExist) {
		return r, err
	}
	r, err := f.evaluate(ctx, shard)
	if err != nil {
		return nil, err
	}
	count(ctx, r.Report())
	return r, r.Save(path)
}

// evaluate evaluates a shard and writes the predictions, if there are to be any.
func (f *evalFn) evaluate(ctx context.Context, shard int) (*eval.Result, error) {
	job := &f.Input.Job
	o := eval.Options{
		Steps: job.Steps, HaltMargin: job.HaltMargin, Workers: f.Workers,
		Rules: sudoku.Keeps, RulesName: "sudoku",
		Shard: shard, Shards: job.Shards,
	}
	if !job.Predictions {
		return eval.Evaluate(ctx, f.subject.model, f.subject.rows, o)
	}
	var p predictions
	o.Answered = p.add
	r, err := eval.Evaluate(ctx, f.subject.model, f.subject.rows, o)
	if err != nil {
		return nil, err
	}
	return r, p.save(f.file(shard, "predictions", "csv"))
}

func (f *evalFn) file(shard int, what, ext string) string {
	return filepath.Join(f.Dir, fmt.Sprintf("%s-%05d-of-%05d.%s", what, shard, f.Input.Job.Shards, ext))
}

// The counters of a pipeline. They are for looking on: a runner may count a bundle
// that it tries again twice, which the results do not.
var (
	puzzlesCounter  = beam.NewCounter("eval", "puzzles")
	lastCounter     = beam.NewCounter("eval", "solved-"+string(eval.Last))
	haltedCounter   = beam.NewCounter("eval", "solved-"+string(eval.Halted))
	acceptedCounter = beam.NewCounter("eval", "solved-"+string(eval.Accepted))
)

func count(ctx context.Context, r *eval.Report) {
	puzzlesCounter.Inc(ctx, r.Puzzles)
	for _, a := range r.Answers {
		switch a.Answer {
		case eval.Last:
			lastCounter.Inc(ctx, a.Right)
		case eval.Halted:
			haltedCounter.Inc(ctx, a.Right)
		case eval.Accepted:
			acceptedCounter.Inc(ctx, a.Right)
		}
	}
}
