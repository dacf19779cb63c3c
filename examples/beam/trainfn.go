package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/train"
)

func init() { register.DoFn2x1[context.Context, int, error](&trainFn{}) }

// trainJob is what the result of a run depends on.
type trainJob struct {
	Data    string       `json:"data"`  // digest
	Start   string       `json:"start"` // digest of the weights, or the name of a preset
	Shards  int          `json:"shards"`
	Rounds  int          `json:"rounds"`
	Inner   uint64       `json:"inner_steps"` // of a round
	Augment bool         `json:"augment"`
	Outer   outer        `json:"outer"`
	Train   train.Config `json:"train"` // of each shard; the seed is that of the run
	Level   string       `json:"level"` // of SIMD, which decides the last bits
}

// trainFn does the inner steps of a round.
type trainFn struct {
	Job     trainJob
	Data    string // path
	Dir     string
	Round   int // from 1
	Workers int // goroutines for each shard; 0: one for each processor
}

// trainShards builds a pipeline that has fn, a [trainFn] or what wraps one, train
// shards.
func trainShards(s beam.Scope, fn any, shards []int) {
	s = s.Scope("Train")
	beam.ParDo0(s, fn, spread(s, shards))
}

var trainRows shared[string, data.Rows] // by digest

// Setup looks at the machine and loads the rows, once for all of a process.
func (f *trainFn) Setup() error {
	if have := simd.Active().String(); have != f.Job.Level {
		return fmt.Errorf("this worker computes at the SIMD level %s, the run at %s, which gives other bits; %s sets it", have, f.Job.Level, simd.EnvLevel)
	}
	_, err := f.rows()
	return err
}

func (f *trainFn) rows() (data.Rows, error) {
	return trainRows.get(f.Job.Data, func() (data.Rows, error) { return readRows(f.Data, f.Job.Data) })
}

// ProcessElement trains a shard, unless it is done. The bits of its checkpoint depend
// on the job, the round and the shard alone, so it may be done again, anywhere.
func (f *trainFn) ProcessElement(ctx context.Context, shard int) error {
	done, err := f.done(shard)
	if err == nil && !done {
		err = f.train(ctx, shard)
	}
	if err != nil {
		return fmt.Errorf("shard %d: %w", shard, err)
	}
	return nil
}

func (f *trainFn) files() runFiles { return runFiles{f.Dir, f.Job.Shards} }

// done reports whether the checkpoint of a shard is there.
func (f *trainFn) done(shard int) (bool, error) {
	path := f.files().checkpoint(f.Round, shard)
	file, err := safetensors.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer file.Close()
	p, err := train.FileProgress(file)
	if err == nil && (p == nil || p.Step != uint64(f.Round)*f.Job.Inner) {
		err = fmt.Errorf("%s is no checkpoint of the end of round %d", path, f.Round)
	}
	return err == nil, err
}

// train takes the inner steps of a shard.
func (f *trainFn) train(ctx context.Context, shard int) error {
	t, err := f.trainer(shard)
	if err != nil {
		return err
	}
	defer t.Close()
	var sum tally
	for range f.Job.Inner {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		m, err := t.Step()
		if err != nil {
			return err
		}
		sum.step(&m, f.Job.Train.BatchSize, f.Job.Inner)
	}
	if err := sum.save(f.files().tally(f.Round, shard)); err != nil {
		return err
	}
	return t.SaveCheckpoint(f.files().checkpoint(f.Round, shard))
}

// trainer returns the trainer of a shard as the round before left it, but with the
// weights of the round.
func (f *trainFn) trainer(shard int) (*train.Trainer, error) {
	weights, err := reread.Open(f.files().weights(f.Round - 1))
	if err != nil {
		return nil, err
	}
	defer weights.Close()
	m, err := reread.Read(weights, nil)
	if err != nil {
		return nil, err
	}
	t, err := f.freshTrainer(m, shard)
	if err != nil || f.Round == 1 {
		return t, err
	}
	err = t.LoadCheckpoint(f.files().checkpoint(f.Round-1, shard))
	if err == nil {
		err = m.LoadState(weights)
	}
	if err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

// freshTrainer returns a trainer on the part of the rows that is the shard's.
func (f *trainFn) freshTrainer(m *nn.Model, shard int) (*train.Trainer, error) {
	rows, err := f.rows()
	if err != nil {
		return nil, err
	}
	rows = part{rows, shard, f.Job.Shards}
	if f.Job.Augment {
		if rows, err = sudoku.Augment(rows); err != nil {
			return nil, err
		}
	}
	cfg := f.Job.Train
	// Shards draw apart from each other. The first one's draws are those of a run that
	// has no others.
	if shard > 0 {
		cfg.Seed = rand.NewPCG(cfg.Seed, uint64(shard)).Uint64()
	}
	feed, err := data.NewSampler(rows, cfg.Seed)
	if err != nil {
		return nil, err
	}
	return train.New(m, feed, cfg, train.Options{Workers: f.Workers})
}
