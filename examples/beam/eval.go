package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strconv"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/rereadml/reread/examples/sudoku/pretrained"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train/eval"
)

// resultFile is what an evaluation leaves in its folder, for the commands merge and
// eval of examples/sudoku.
const resultFile = "result.json"

func runEval(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	w := &workers{stderr: stderr}
	f, err := parseEval(args, w)
	if err != nil {
		return err
	}
	defer w.close()
	lock, err := claim(f.Dir, &f.Input.Job)
	if err != nil {
		return err
	}
	defer lock.Release()
	path := filepath.Join(f.Dir, resultFile)
	if err := evaluateOn(ctx, w, f, f.Input.Job.Shards, path); err != nil {
		return err
	}
	r, err := eval.Load(path)
	if err != nil {
		return err
	}
	return r.Report().WriteText(stdout)
}

// evaluateOn has fn, an [evalFn] or what wraps one, evaluate n shards on the workers,
// and stores the result of all at path. With processes of its own there are pipelines
// for parts of the shards, and the last one reads what they stored.
func evaluateOn(ctx context.Context, w *workers, fn any, n int, path string) error {
	if w.n > 0 {
		err := w.runShards(ctx, n, func(s beam.Scope, shards []int) { evaluate(s, fn, shards) })
		if err != nil {
			return err
		}
	}
	return w.run(ctx, func(s beam.Scope) { evaluateAll(s, fn, n, path) })
}

func parseEval(args []string, w *workers) (*evalFn, error) {
	f := new(evalFn)
	job := &f.Input.Job
	fs := flag.NewFlagSet("eval", flag.ContinueOnError)
	fs.StringVar(&f.Input.Data, "data", "", "`file` of the puzzles: CSV, plain or gzip")
	fs.StringVar(&f.Input.Weights, "weights", "", "`file` of the model (default that of the project)")
	fs.StringVar(&f.Dir, "out", "", "`folder` for the results of the shards and of all, in which an evaluation goes on that was ended")
	fs.IntVar(&job.N, "n", 0, "`number` of puzzles, spread over all of them (default all)")
	fs.IntVar(&job.Steps, "steps", 0, "supervision `steps` of every puzzle (default the model's own)")
	fs.Func("halt-margin", "`margin` that the halting value must exceed for the model to call its answer right (default 0)", float32Value(&job.HaltMargin))
	fs.StringVar((*string)(&job.Precision), "precision", string(nn.FP32), "`type` of the passes: float32, bfloat16 or int8")
	fs.IntVar(&job.Shards, "shards", 16, "`number` of shards, each of which is done by one worker and kept once it is done")
	fs.IntVar(&f.Workers, "workers", 0, "goroutines for each shard (default one for each processor)")
	fs.BoolVar(&job.Predictions, "predictions", false, "write the answers as well, a CSV file for each shard")
	w.register(fs)
	if err := parse(fs, args, w.stderr); err != nil {
		return nil, err
	}
	switch {
	case f.Input.Data == "" || f.Dir == "":
		return nil, errors.New("eval: -data and -out are missing")
	case job.N < 0 || job.Steps < 0 || f.Workers < 0 || job.Shards < 1:
		return nil, errors.New("eval: -n, -steps and -workers must not be negative, and -shards at least 1")
	case job.Precision == nn.Fastest:
		return nil, errors.New("eval: -precision fastest may be another on each machine")
	}
	if err := w.check(fs, job.Shards); err != nil {
		return nil, err
	}
	return f, f.resolve()
}

// resolve makes the paths good for workers that run elsewhere, and reads the files
// first, so that what is wrong with them is known before any worker starts.
func (f *evalFn) resolve() (err error) {
	in := &f.Input
	for _, path := range []*string{&in.Data, &in.Weights, &f.Dir} {
		if *path == "" {
			continue
		}
		if *path, err = filepath.Abs(*path); err != nil {
			return err
		}
	}
	if in.Job.Data, err = fileSum(in.Data); err != nil {
		return err
	}
	in.Job.Weights = sum(pretrained.Units)
	if in.Weights != "" {
		if in.Job.Weights, err = fileSum(in.Weights); err != nil {
			return err
		}
	}
	s, err := subjects.get(*in, in.open)
	if err == nil && s.rows.Len() < in.Job.Shards {
		err = fmt.Errorf("eval: %d puzzles are too few for %d shards", s.rows.Len(), in.Job.Shards)
	}
	return err
}

// float32Value reads the value of a flag that is a finite number.
func float32Value(v *float32) func(string) error {
	return func(text string) error {
		x, err := strconv.ParseFloat(text, 32)
		if err != nil || x-x != 0 {
			return errors.New("want a finite number")
		}
		*v = float32(x)
		return nil
	}
}
