package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
)

const (
	checkpointName = "checkpoint.safetensors"
	modelName      = "model.safetensors"

	// reportEvery is how many steps a line of progress covers.
	reportEvery = 100
)

// train trains a model, from the checkpoint of a run that was interrupted if there
// is one.
func (p *program) train(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("door train", flag.ContinueOnError)
	kind := flags.String("model", hrm.Kind, "model to train, hrm or trm")
	out := flags.String("out", "", "folder for the weights and the checkpoint; by default a temporary one")
	steps := flags.Uint64("steps", 0, "optimiser steps; 0: as many as the preset has")
	batch := flags.Int("batch", 0, "layouts in a batch; 0: as many as the preset has")
	seed := flags.Uint64("seed", 1, "seed of weights and layouts")
	rate := flags.Float64("rate", 1, "factor on the learning rates of the preset")
	weights := flags.String("weights", "", "begin with the weights in a file")
	n := flags.Int("n", 200, "number of unseen layouts to evaluate on in the end")
	if err := command.Parse(flags, args, 0, usage, p.stdout); err != nil {
		return err
	}
	s, err := findPreset(*kind)
	if err != nil {
		return err
	}
	if err := checkCount(*n); err != nil {
		return err
	}
	if *seed == unseen {
		return command.BadInput("-seed is %d, that of the layouts to evaluate on", *seed)
	}
	s.train.Seed = *seed
	s.train.LR *= *rate
	s.train.MuonLR *= *rate
	if *steps != 0 {
		s.train.Steps = *steps
	}
	if *batch != 0 {
		s.train.BatchSize = *batch
	}
	folder := *out
	if folder == "" {
		if folder, err = os.MkdirTemp("", "door-"); err != nil {
			return err
		}
	} else if err := os.MkdirAll(folder, 0o777); err != nil {
		return command.BadInput("%w", err)
	}
	m, err := s.start(*weights)
	if err != nil {
		return err
	}
	if m, err = p.fit(ctx, &s, m, folder); err != nil {
		return err
	}
	return p.measure(ctx, []contender{{*kind, m}}, evalSettings{layouts: *n, seed: unseen})
}

// fit trains a model by a preset and returns the one with the averaged weights. It
// leaves those in a folder, and goes on from the checkpoint there.
func (p *program) fit(ctx context.Context, s *preset, m *nn.Model, folder string) (*nn.Model, error) {
	t, err := train.New(m, layouts{s.train.Seed}, s.train, train.Options{})
	if err != nil {
		return nil, command.BadInput("%w", err)
	}
	defer t.Close()
	checkpoint := filepath.Join(folder, checkpointName)
	if err := t.LoadCheckpoint(checkpoint); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, command.AsBadInput(err)
	}
	fmt.Fprintf(p.stderr, "training %d parameters from step %d, in %s\n", m.Params().Count(), t.StepsDone(), folder)
	progress := &progress{p: p}
	if err := t.Run(ctx, train.RunOptions{Checkpoint: checkpoint, SaveEvery: time.Minute, OnStep: progress.see}); err != nil {
		return nil, err
	}
	path := filepath.Join(folder, modelName)
	if err := t.WithEMA(func() error { return m.Save(path) }); err != nil {
		return nil, err
	}
	return load(s.kind, path)
}

// progress sums the metrics of a few steps.
type progress struct {
	p     *program
	steps int
	sum   train.Metrics
}

// see is for [train.RunOptions].
func (s *progress) see(r *train.Report) error {
	s.steps++
	s.sum.LMLoss += r.Metrics.LMLoss
	s.sum.Accuracy += r.Metrics.Accuracy
	s.sum.ExactAccuracy += r.Metrics.ExactAccuracy
	s.sum.Count += r.Metrics.Count
	if r.Step%reportEvery > 0 && r.Step < r.Steps {
		return nil
	}
	rows := float64(r.BatchSize)
	_, err := fmt.Fprintf(s.p.stderr, "step %d of %d: loss %.4f, %.2f %% of cells, %.2f %% of plans, %.0f puzzle-steps/s\n",
		r.Step, r.Steps, s.sum.LMLoss/float64(s.steps)/rows, 100*s.sum.Accuracy/max(s.sum.Count, 1), 100*s.sum.ExactAccuracy/max(s.sum.Count, 1),
		float64(r.StepsRun)*rows/r.Elapsed.Seconds())
	*s = progress{p: s.p}
	return err
}
