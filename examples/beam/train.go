package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/nn"
)

func runTrain(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	w := &workers{stderr: stderr}
	fn, start, err := parseTrain(args, w)
	if err != nil {
		return err
	}
	defer w.close()
	lock, err := claim(fn.Dir, &fn.Job)
	if err != nil {
		return err
	}
	defer lock.Release()
	r := &rounds{job: &fn.Job, files: fn.files(), out: stdout, shards: func(ctx context.Context, round int) error {
		f := *fn
		f.Round = round
		return w.runShards(ctx, f.Job.Shards, func(s beam.Scope, shards []int) { trainShards(s, &f, shards) })
	}}
	return r.run(ctx, start)
}

// parseTrain returns the run that the flags describe, and the model to begin with.
func parseTrain(args []string, w *workers) (*trainFn, *nn.Model, error) {
	f := &trainFn{Job: trainJob{Level: simd.Active().String()}}
	job := &f.Job
	fs := flag.NewFlagSet("train", flag.ContinueOnError)
	fs.StringVar(&f.Data, "data", "", "`file` of the puzzles: CSV, plain or gzip")
	fs.StringVar(&f.Dir, "out", "", "`folder` of the run, which goes on there if it was ended")
	name := fs.String("preset", "units", "`name` of the model and of the settings of the inner steps: units or small")
	weights := fs.String("weights", "", "`file` of a model to begin with instead of a new one of the preset")
	fs.IntVar(&job.Shards, "shards", 4, "`number` of shards, each with its own part of the puzzles")
	fs.IntVar(&job.Rounds, "rounds", 100, "`number` of rounds")
	fs.Uint64Var(&job.Inner, "inner", 50, "`steps` of every shard in a round")
	fs.Float64Var(&job.Outer.Rate, "outer-rate", 0.7, "learning `rate` of the outer step")
	fs.Float64Var(&job.Outer.Momentum, "outer-momentum", 0.9, "Nesterov `momentum` of the outer step")
	batch := fs.Int("batch", 0, "`rows` of a shard's batch (default that of the preset)")
	fs.StringVar((*string)(&job.Train.Precision), "precision", string(nn.FP32), "`type` of the passes: float32 or bfloat16")
	seed := fs.Uint64("seed", 0, "seed of the random numbers")
	fs.IntVar(&f.Workers, "workers", 0, "goroutines for each shard (default one for each processor), on which no bit depends")
	w.register(fs)
	if err := parse(fs, args, w.stderr); err != nil {
		return nil, nil, err
	}
	switch {
	case f.Data == "" || f.Dir == "":
		return nil, nil, errors.New("train: -data and -out are missing")
	case job.Shards < 1 || job.Rounds < 1 || job.Inner < 1:
		return nil, nil, errors.New("train: -shards, -rounds and -inner must be at least 1")
	case *batch < 0 || f.Workers < 0:
		return nil, nil, errors.New("train: -batch and -workers must not be negative")
	case !(job.Outer.Rate > 0 && job.Outer.Rate <= 2) || !(job.Outer.Momentum >= 0 && job.Outer.Momentum < 1):
		return nil, nil, errors.New("train: -outer-rate must be above 0 and at most 2, -outer-momentum at least 0 and below 1")
	}
	if err := w.check(fs, job.Shards); err != nil {
		return nil, nil, err
	}
	p, err := findPreset(*name)
	if err != nil {
		return nil, nil, err
	}
	precision := job.Train.Precision
	job.Train, job.Augment = p.train, p.augment
	job.Train.Precision, job.Train.Seed = precision, *seed
	job.Train.Steps = uint64(job.Rounds) * job.Inner
	if *batch > 0 {
		job.Train.BatchSize = *batch
	}
	start, err := f.resolve(&p, *name, *weights)
	return f, start, err
}

// resolve makes the paths good for workers that run elsewhere, and reads the files and
// tries the settings first, so that what is wrong with them is known before any worker
// starts.
func (f *trainFn) resolve(p *preset, name, weights string) (start *nn.Model, err error) {
	for _, path := range []*string{&f.Data, &f.Dir} {
		if *path, err = filepath.Abs(*path); err != nil {
			return nil, err
		}
	}
	if f.Job.Data, err = fileSum(f.Data); err != nil {
		return nil, err
	}
	f.Job.Start = name
	if weights != "" {
		if f.Job.Start, err = fileSum(weights); err != nil {
			return nil, err
		}
	}
	rows, err := f.rows()
	if err != nil {
		return nil, err
	}
	if rows.Len() < f.Job.Shards {
		return nil, fmt.Errorf("train: %d puzzles are too few for %d shards", rows.Len(), f.Job.Shards)
	}
	if start, err = p.start(weights, f.Job.Train.Seed); err != nil {
		return nil, err
	}
	t, err := f.freshTrainer(start, 0)
	if err != nil {
		return nil, err
	}
	t.Close()
	return start, nil
}
