package train

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRunReports(t *testing.T) {
	tr := newTrainer(t, newModel(t, kindMLP, tinyArch()), tinyConfig(4, 6), 2)
	steps(t, tr, 2)
	var seen []uint64
	last := Report{}
	require.NoError(t, tr.Run(context.Background(), RunOptions{OnStep: func(r *Report) error {
		seen = append(seen, r.Step)
		require.Equal(t, uint64(6), r.Steps)
		require.Equal(t, r.Step-2, r.StepsRun)
		require.Equal(t, 4, r.BatchSize)
		require.Greater(t, r.Elapsed, last.Elapsed)
		require.Equal(t, tr.cfg.LR*tr.cfg.rate(r.Step), r.LearningRate)
		require.Equal(t, tr.gradNorm, r.GradNorm)
		require.Positive(t, r.Metrics.Loss())
		last = *r
		return nil
	}}))
	require.Equal(t, []uint64{3, 4, 5, 6}, seen)
	require.NoError(t, tr.Run(context.Background(), RunOptions{})) // there is nothing left to do
	require.Equal(t, uint64(6), tr.StepsDone())
}

// TestCancelledRunSaves: the end of the context is the usual way to stop, and
// the run that goes on ends as one without a stop.
func TestCancelledRunSaves(t *testing.T) {
	dir := t.TempDir()
	path, whole := filepath.Join(dir, "stopped.safetensors"), filepath.Join(dir, "whole.safetensors")
	tr := newTrainer(t, newModel(t, kindHRM, tinyArch()), tinyConfig(5, 9), 1)
	require.NoError(t, tr.Run(context.Background(), RunOptions{Checkpoint: whole}))

	tr = newTrainer(t, newModel(t, kindHRM, tinyArch()), tinyConfig(5, 9), 2)
	full := errors.New("the disk is full")
	ctx, cancel := context.WithCancelCause(context.Background())
	saves := 0
	err := tr.Run(ctx, RunOptions{
		Checkpoint: path,
		OnSave:     func() error { saves++; return nil },
		OnStep: func(r *Report) error {
			if r.Step == 4 {
				cancel(full)
			}
			return nil
		},
	})
	require.ErrorIs(t, err, full, "the cause of the end")
	require.EqualError(t, err, "train: stopped at step 4 of 9: the disk is full")
	require.Equal(t, 1, saves)
	require.Equal(t, uint64(4), tr.StepsDone())

	tr = newTrainer(t, newModel(t, kindHRM, tinyArch()), tinyConfig(5, 9), 2)
	require.NoError(t, tr.LoadCheckpoint(path))
	require.Equal(t, uint64(4), tr.StepsDone())
	require.ErrorIs(t, tr.Run(ctx, RunOptions{Checkpoint: path}), full) // ended before it began
	require.Equal(t, uint64(4), tr.StepsDone())
	require.NoError(t, tr.Run(context.Background(), RunOptions{Checkpoint: path}))
	require.Equal(t, fileHash(t, whole), fileHash(t, path))
	require.NoError(t, tr.Run(ctx, RunOptions{}), "a run that is done has nothing left to stop")
}

// TestRunGoesOn: a run whose checkpoint cannot be saved has lost nothing.
func TestRunGoesOn(t *testing.T) {
	dir := t.TempDir()
	whole, path := filepath.Join(dir, "whole.safetensors"), filepath.Join(dir, "run.safetensors")
	require.NoError(t, newTrainer(t, newModel(t, kindMLP, tinyArch()), tinyConfig(5, 9), 1).Run(t.Context(), RunOptions{Checkpoint: whole}))

	tr := newTrainer(t, newModel(t, kindMLP, tinyArch()), tinyConfig(5, 9), 2)
	err := tr.Run(t.Context(), RunOptions{Checkpoint: filepath.Join(dir, "none", "run.safetensors"), SaveEvery: 1})
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, "train: save checkpoint: ")
	require.Equal(t, uint64(1), tr.StepsDone())
	require.NoError(t, tr.Run(t.Context(), RunOptions{Checkpoint: path}))
	require.Equal(t, fileHash(t, whole), fileHash(t, path))

	fresh := newTrainer(t, newModel(t, kindMLP, tinyArch()), tinyConfig(5, 9), 1)
	require.ErrorIs(t, fresh.LoadCheckpoint(filepath.Join(dir, "none.safetensors")), fs.ErrNotExist)
	require.NoError(t, fresh.Run(t.Context(), RunOptions{Checkpoint: path}), "it begins anew")
	require.Equal(t, fileHash(t, whole), fileHash(t, path))
}

func TestNewErrors(t *testing.T) {
	m, cfg := newModel(t, kindMLP, tinyArch()), tinyConfig(4, 6)
	for says, try := range map[string]func() (*Trainer, error){
		"train: there is no model": func() (*Trainer, error) { return New(nil, feedFor(m), cfg, Options{}) },
		"train: there is no feed":  func() (*Trainer, error) { return New(m, nil, cfg, Options{}) },
		"train: -1 workers":        func() (*Trainer, error) { return New(m, feedFor(m), cfg, Options{Workers: -1}) },
	} {
		tr, err := try()
		require.EqualError(t, err, says)
		require.Nil(t, tr)
	}
}

func TestRunErrors(t *testing.T) {
	tr := newTrainer(t, newModel(t, kindMLP, tinyArch()), tinyConfig(4, 6), 2)
	path := filepath.Join(t.TempDir(), "run.safetensors")
	full := errors.New("log is full")
	err := tr.Run(context.Background(), RunOptions{Checkpoint: path, OnStep: func(*Report) error { return full }})
	require.ErrorIs(t, err, full)
	require.FileExists(t, path, "what the step before the error did must not be lost")

	require.NoError(t, os.Remove(path))
	err = tr.Run(context.Background(), RunOptions{Checkpoint: path, SaveEvery: 1, OnSave: func() error { return full }})
	require.ErrorIs(t, err, full)
	require.NoFileExists(t, path, "the checkpoint is saved last")

	require.NoError(t, os.Mkdir(path, 0o777))
	err = tr.Run(context.Background(), RunOptions{Checkpoint: path, SaveEvery: 1})
	require.ErrorContains(t, err, "save checkpoint")
	require.Equal(t, uint64(3), tr.StepsDone(), "a run that cannot save must not go on")
}

func TestWithEMA(t *testing.T) {
	for _, kind := range allKinds() {
		t.Run(kind, func(t *testing.T) {
			m := newModel(t, kind, tinyArch())
			tr := newTrainer(t, m, tinyConfig(4, 20), 1)
			steps(t, tr, 4)
			weights := append([]float32(nil), m.Params().Data()...)
			average := append([]float32(nil), tr.EMA()...)
			require.NotEqual(t, weights, average)
			before := answers(t, m)

			var within [][]float32
			look := func() error {
				require.Equal(t, average, m.Params().Data())
				within = append(within, answers(t, m))
				return nil
			}
			require.NoError(t, tr.WithEMA(look))
			failed := errors.New("failed")
			require.ErrorIs(t, tr.WithEMA(func() error { return errors.Join(look(), failed) }), failed)
			require.PanicsWithValue(t, "lost", func() {
				_ = tr.WithEMA(func() error { _ = look(); panic("lost") })
			})
			require.Equal(t, weights, m.Params().Data())
			require.Equal(t, average, tr.EMA())
			require.Equal(t, before, answers(t, m), "the weights must be laid out anew")
			require.Equal(t, [][]float32{within[0], within[0], within[0]}, within)
			require.NotEqual(t, before, within[0])
		})
	}
}

func TestWithoutEMA(t *testing.T) {
	m := newModel(t, kindMLP, tinyArch())
	cfg := tinyConfig(4, 20)
	cfg.EMARate = 0
	tr := newTrainer(t, m, cfg, 1)
	require.Nil(t, tr.EMA())
	before := append([]float32(nil), m.Params().Data()...)
	called := false
	require.NoError(t, tr.WithEMA(func() error { called = true; return nil }))
	require.True(t, called)
	require.Equal(t, before, m.Params().Data())
}
