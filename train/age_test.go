package train

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

// agingTrainer returns a trainer of rows that may have most steps, whose model
// always says stop or never does.
func agingTrainer(t *testing.T, cfg Config, most int, stop bool) *Trainer {
	t.Helper()
	arch := tinyArch()
	arch.HaltMaxSteps, arch.HaltExplorationProb = most, 0
	m := newModel(t, kindMLP, arch)
	bias := param(m, "q_head.bias")
	bias[0] = -100
	if stop {
		bias[0] = 100
	}
	return newTrainer(t, m, cfg, 2)
}

// TestStagger: the first rows end at different steps, those that follow them
// start at no age, and nothing else is another than without.
func TestStagger(t *testing.T) {
	const most = 4
	for _, size := range []int{1, 3, 4, 7, 33} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			cfg := tinyConfig(size, 100)
			plain := agingTrainer(t, cfg, most, false)
			cfg.Stagger = true
			tr := agingTrainer(t, cfg, most, false)
			want := make([]int32, size)
			for i := range want {
				want[i] = int32(i * most / size)
			}
			for step := range 12 {
				metrics, err := tr.Step()
				require.NoError(t, err)
				steps(t, plain, 1)
				ended := 0
				for i := range want {
					want[i] = want[i]%most + 1
					require.Equal(t, want[i] == most, tr.Batch().Halted[i])
					if want[i] == most {
						ended++
					}
				}
				require.Equal(t, want, tr.Batch().Steps)
				require.EqualValues(t, ended, metrics.Count)
				require.InDelta(t, float64(size)/most, ended, 1, "step %d", step)
				if step == 0 {
					require.Equal(t, plain.Batch().Carry, tr.Batch().Carry)
				}
			}
		})
	}
}

func TestEnds(t *testing.T) {
	for _, c := range []struct {
		says         string // the model at each step: s for stop
		most, linger int
		want         int // steps of the row
	}{
		{"....", 4, 0, 4}, {"..s.", 4, 0, 3}, {"s...", 4, 0, 1},
		{"....", 4, 1, 4}, {"s...", 4, 1, 2}, {"s...", 4, 2, 3}, {".s..", 4, 1, 3},
		{".sss", 4, 1, 3}, {".s.s", 4, 1, 3}, // from the first time, whatever it says later
		{"ssss", 4, 9, 4}, {"...s", 4, 2, 4}, {"..s.", 4, 2, 4}, {"s...", 4, math.MaxInt32, 4},
		{"s", 1, 3, 1}, {".", 1, 0, 1},
	} {
		b := newBatch(newModel(t, kindMLP, tinyArch()), 1)
		steps := 0
		for ended := false; !ended; {
			steps++
			b.steps[0] = int32(steps)
			ended = b.ends(0, steps == c.most, c.says[steps-1] == 's', c.linger)
		}
		require.Equal(t, c.want, steps, "%+v", c)
	}
}

// TestLinger: rows of a model that says stop at once stay as long as they
// should, every time.
func TestLinger(t *testing.T) {
	const most, size = 4, 5
	for linger := range 6 {
		cfg := tinyConfig(size, 100)
		cfg.Linger = linger
		tr := agingTrainer(t, cfg, most, true)
		stay := min(1+linger, most)
		for step := range 3 * stay {
			metrics, err := tr.Step()
			require.NoError(t, err)
			ended := 0.0
			if (step+1)%stay == 0 {
				ended = size
			}
			require.Equal(t, ended, metrics.Count, "linger %d, step %d", linger, step)
			require.Equal(t, ended*float64(stay), metrics.Steps)
		}
	}
}

// TestAgesResume: a run goes on to the bit from a checkpoint of any step, in
// which rows linger.
func TestAgesResume(t *testing.T) {
	arch := tinyArch()
	arch.HaltMaxSteps = 8
	for _, linger := range []int{0, 2} {
		cfg := tinyConfig(7, 100)
		cfg.Stagger, cfg.Linger = true, linger
		tr := newTrainer(t, newModel(t, kindHRM, arch), cfg, 2)
		lingering := 0
		for range 12 {
			path := saved(t, tr)
			again := newTrainer(t, newModel(t, kindHRM, arch), cfg, 1)
			steps(t, again, 3) // none of which may be left
			require.NoError(t, again.LoadCheckpoint(path))
			require.Equal(t, fileHash(t, path), fileHash(t, saved(t, again)))
			for i, at := range tr.batch.stopped {
				if at > 0 && !tr.batch.halted[i] {
					lingering++
				}
			}
			steps(t, tr, 1)
			steps(t, again, 1)
			require.Equal(t, fileHash(t, saved(t, tr)), fileHash(t, saved(t, again)))
		}
		require.Equal(t, linger > 0, lingering > 0)
		for _, edit := range []func(*Config){func(c *Config) { c.Stagger = false }, func(c *Config) { c.Linger++ }} {
			other := cfg
			edit(&other)
			require.ErrorIs(t, newTrainer(t, newModel(t, kindHRM, arch), other, 1).LoadCheckpoint(saved(t, tr)), ErrDifferentRun)
		}
	}
}

// TestSettingsThatAreNotUsedLeaveNoTrace: checkpoints of other runs are as they
// were before these settings existed.
func TestSettingsThatAreNotUsedLeaveNoTrace(t *testing.T) {
	c := runningCheckpoint(t)
	require.NotContains(t, c.tensors, tensorStopped)
	for _, name := range []string{"muon", "stagger", "linger"} {
		require.NotContains(t, c.meta[metaTrain], name)
	}
}

func TestDamagedAges(t *testing.T) {
	cfg := tinyConfig(2, 100)
	cfg.Linger = 2
	fresh := func() *Trainer { return newTrainer(t, newModel(t, kindGroups, tinyArch()), cfg, 1) }
	tr := fresh()
	steps(t, tr, 1)
	copy(tr.batch.halted, []bool{false, false})
	copy(tr.batch.steps, []int32{1, 3})
	copy(tr.batch.stopped, []int32{0, 2})
	whole := readContents(t, saved(t, tr))
	for _, c := range []struct {
		stopped []int64 // nil: the tensor is missing
		want    string
	}{
		{[]int64{0, 2}, ""}, {[]int64{1, 3}, ""},
		{nil, tensorStopped}, {[]int64{0}, tensorStopped},
		{[]int64{-1, 0}, "row 0: the model said stop at supervision step -1 of 1"},
		{[]int64{2, 0}, "row 0: the model said stop at supervision step 2 of 1"},
		{[]int64{0, 1}, "row 1: the model said stop at supervision step 1 of 3"},
	} {
		edited := contents{whole.meta, maps.Clone(whole.tensors)}
		delete(edited.tensors, tensorStopped)
		if c.stopped != nil {
			edited.ints(tensorStopped, slices.Clone(c.stopped)...)
		}
		err := fresh().LoadCheckpoint(write(t, edited))
		if c.want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, c.want)
		}
	}
}

// TestAgesDoNotDependOnWorkers also has every precision.
func TestAgesDoNotDependOnWorkers(t *testing.T) {
	for _, precision := range []nn.Precision{nn.FP32, nn.BF16} {
		var want string
		for _, workers := range []int{1, 2, 5} {
			cfg := tinyConfig(33, 100)
			cfg.Precision, cfg.Stagger, cfg.Linger = precision, true, 1
			tr := newTrainer(t, newModel(t, kindMLP, tinyArch()), cfg, workers)
			steps(t, tr, 8)
			got := fileHash(t, saved(t, tr))
			if want == "" {
				want = got
			}
			require.Equal(t, want, got, "%d workers", workers)
		}
	}
}
