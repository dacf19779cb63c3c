package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
)

// failingTrainFn is a trainFn that fails.
type failingTrainFn struct {
	Fn      trainFn
	Failure failure
}

func (f *failingTrainFn) Setup() error { return f.Fn.Setup() }

func (f *failingTrainFn) ProcessElement(ctx context.Context, shard int) error {
	if err := f.Failure.at(shard); err != nil {
		return err
	}
	return f.Fn.ProcessElement(ctx, shard)
}

// trainArgs are the flags of a run of three rounds of three shards.
func trainArgs(file, weights, dir string, more ...string) []string {
	return append([]string{
		"-data", file, "-weights", weights, "-out", dir,
		"-shards", "3", "-rounds", "3", "-inner", "2", "-batch", "4", "-seed", "5",
	}, more...)
}

// trained returns the file of the last round.
func trained(t *testing.T, dir string) []byte {
	text, err := os.ReadFile(filepath.Join(dir, "round-0003.safetensors"))
	require.NoError(t, err)
	return text
}

// newRounds returns the run of the flags with fn in the place of what trains a round.
func newRounds(t *testing.T, args []string, fn func(f trainFn) any) (*rounds, *nn.Model) {
	w := &workers{stderr: io.Discard}
	f, start, err := parseTrain(args, w)
	require.NoError(t, err)
	t.Cleanup(func() { w.close() })
	lock, err := claim(f.Dir, &f.Job)
	require.NoError(t, err)
	require.NoError(t, lock.Release())
	return &rounds{job: &f.Job, files: f.files(), out: io.Discard, shards: func(ctx context.Context, round int) error {
		now := *f
		now.Round = round
		return w.runShards(ctx, f.Job.Shards, func(s beam.Scope, shards []int) { trainShards(s, fn(now), shards) })
	}}, start
}

func asIs(f trainFn) any { return &f }

// failAt is for newRounds. The failure is in the second round.
func failAt(failure failure) func(trainFn) any {
	return func(f trainFn) any {
		failure := failure
		if f.Round != 2 {
			failure.Shard = -1
		}
		return &failingTrainFn{f, failure}
	}
}

func TestTrainSameBits(t *testing.T) {
	file, weights, top := savePuzzles(t, 10), saveModel(t), t.TempDir()
	dir := filepath.Join(top, "reference")
	out, err := command(t, append([]string{"train"}, trainArgs(file, weights, dir, "-workers", "1")...)...)
	require.NoError(t, err)
	assert.Contains(t, out, "round 3 of 3: loss")
	want := trained(t, dir)
	first, err := os.ReadFile(filepath.Join(dir, "round-0002.safetensors"))
	require.NoError(t, err)
	require.NotEqual(t, first, want)

	t.Run("four workers", func(t *testing.T) {
		dir := filepath.Join(top, "four")
		_, err := command(t, append([]string{"train"}, trainArgs(file, weights, dir, "-workers", "4")...)...)
		require.NoError(t, err)
		assert.Equal(t, want, trained(t, dir))
	})
	t.Run("killed driver", func(t *testing.T) {
		dir := filepath.Join(top, "killed")
		args := trainArgs(file, weights, dir)
		r, start := newRounds(t, args, asIs)
		ctx, cancel := context.WithCancelCause(t.Context())
		shards := r.shards
		r.shards = func(ctx context.Context, round int) error {
			defer cancel(errLost) // between the rounds
			return shards(ctx, round)
		}
		require.ErrorIs(t, r.run(ctx, start), errLost)
		assert.FileExists(t, r.files.weights(1))
		assert.NoFileExists(t, r.files.weights(2))
		out, err := command(t, append([]string{"train"}, args...)...)
		require.NoError(t, err)
		assert.NotContains(t, out, "round 1 of 3", "it is done")
		assert.Equal(t, want, trained(t, dir))
	})
	t.Run("killed before the outer step", func(t *testing.T) {
		dir := filepath.Join(top, "outer")
		args := trainArgs(file, weights, dir)
		r, start := newRounds(t, args, asIs)
		shards := r.shards
		r.shards = func(ctx context.Context, round int) error {
			if err := shards(ctx, round); err != nil || round == 1 {
				return err
			}
			return errLost
		}
		require.ErrorIs(t, r.run(t.Context(), start), errLost)
		_, err := command(t, append([]string{"train"}, args...)...)
		require.NoError(t, err)
		assert.Equal(t, want, trained(t, dir))
	})
	t.Run("lost worker", func(t *testing.T) {
		dir := filepath.Join(top, "lost")
		args := trainArgs(file, weights, dir)
		r, start := newRounds(t, args, failAt(failure{Shard: 1, Times: 1, Dir: t.TempDir()}))
		require.ErrorContains(t, r.run(t.Context(), start), errLost.Error())
		assert.NoFileExists(t, r.files.checkpoint(2, 1))
		require.NoError(t, r.run(t.Context(), start))
		assert.Equal(t, want, trained(t, dir))
	})
	t.Run("two processes", func(t *testing.T) {
		dir := filepath.Join(top, "two")
		_, err := command(t, append([]string{"train"}, trainArgs(file, weights, dir, "-processes", "2")...)...)
		require.NoError(t, err)
		assert.Equal(t, want, trained(t, dir))
	})
	t.Run("killed worker", func(t *testing.T) {
		dir := filepath.Join(top, "worker")
		failure := failure{Shard: 1, Times: 1, Kill: true, Dir: t.TempDir()}
		r, start := newRounds(t, trainArgs(file, weights, dir, "-processes", "2"), failAt(failure))
		require.NoError(t, r.run(t.Context(), start))
		assert.GreaterOrEqual(t, failure.processes(t), 3, "two, and one in the place of that which was killed")
		assert.Equal(t, want, trained(t, dir))
	})
	t.Run("killed program", func(t *testing.T) {
		dir := filepath.Join(top, "program")
		args := append([]string{"train"}, trainArgs(file, weights, dir, "-processes", "2")...)
		killProgram(t, args, filepath.Join(dir, "round-0001.safetensors"))
		_, err := command(t, args...)
		require.NoError(t, err)
		assert.Equal(t, want, trained(t, dir))
	})
	t.Run("other settings", func(t *testing.T) {
		_, err := command(t, append([]string{"train"}, trainArgs(file, weights, dir, "-seed", "6")...)...)
		require.ErrorContains(t, err, "another job")
		assert.Equal(t, want, trained(t, dir))
	})
}

// A single shard, the weights of which are taken as they are, is a run like any other.
func TestTrainOneShardIsPlain(t *testing.T) {
	file, weights, dir := savePuzzles(t, 10), saveModel(t), filepath.Join(t.TempDir(), "out")
	const rounds, inner = 3, 2
	args := trainArgs(file, weights, dir, "-shards", "1", "-outer-rate", "1", "-outer-momentum", "0")
	_, err := command(t, append([]string{"train"}, args...)...)
	require.NoError(t, err)
	got, err := reread.Load(filepath.Join(dir, "model.safetensors"))
	require.NoError(t, err)

	want, err := reread.Load(weights)
	require.NoError(t, err)
	puzzles, err := sudoku.LoadCSV(file)
	require.NoError(t, err)
	feed, err := data.NewSampler(sudoku.Rows(puzzles), 5)
	require.NoError(t, err)
	cfg := presets["units"].train
	cfg.BatchSize, cfg.Seed, cfg.Steps, cfg.Precision = 4, 5, rounds*inner, nn.FP32
	trainer, err := train.New(want, feed, cfg, train.Options{})
	require.NoError(t, err)
	defer trainer.Close()
	require.NoError(t, trainer.Run(t.Context(), train.RunOptions{}))
	for i, tensor := range want.State() {
		assert.Equal(t, tensor.Value.Data(), got.State()[i].Value.Data(), tensor.Name)
	}
}

// The values are those of torch.optim.SGD with nesterov, by hand: the gradient is 1,
// then -2.
func TestOuterStep(t *testing.T) {
	o := outer{Rate: 0.5, Momentum: 0.5}
	weights, momentum := []float32{3}, []float32{0}
	o.step(weights, momentum, []float64{4}, 2) // the shards are at 2 on average
	assert.Equal(t, []float32{1}, momentum)
	assert.Equal(t, []float32{3 - 0.5*(1+0.5*1)}, weights) // 2.25
	o.step(weights, momentum, []float64{8.5}, 2)
	assert.Equal(t, []float32{0.5*1 - 2}, momentum)
	assert.Equal(t, []float32{2.25 - 0.5*(-2+0.5*-1.5)}, weights)
}

func TestParts(t *testing.T) {
	puzzles, err := sudoku.LoadCSV(savePuzzles(t, 8))
	require.NoError(t, err)
	rows := sudoku.Rows(puzzles)
	seen := map[string]int{}
	for shard := range 3 {
		p := part{rows, shard, 3}
		assert.Equal(t, []int{3, 3, 2}[shard], p.Len())
		inputs, labels := make([]int32, 81), make([]int32, 81)
		for i := range p.Len() {
			_, err := p.Row(i, nil, inputs, labels)
			require.NoError(t, err)
			g, err := sudoku.FromTokens(inputs)
			require.NoError(t, err)
			seen[g.String()]++
		}
		_, err := p.Row(p.Len(), nil, inputs, labels)
		require.ErrorContains(t, err, "data: row "+strconv.Itoa(p.Len()))
	}
	require.Len(t, seen, 8)
	for _, p := range puzzles {
		assert.Equal(t, 1, seen[p.Question.String()])
	}
}

func TestWorkerAtAnotherLevel(t *testing.T) {
	f := trainFn{Job: trainJob{Level: "abacus"}}
	require.ErrorContains(t, f.Setup(), "abacus")
}
