package main

import (
	"bytes"
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/train"
)

var precisions = []nn.Precision{nn.FP32, nn.BF16}

// tiny is small enough for finite differences.
func tiny(change func(c *Config)) Config {
	c := small()
	c.HiddenSize, c.NumHeads, c.Expansion = 12, 3, 1
	change(&c)
	return c
}

func asIs(*Config) {}

func newModel(t *testing.T, c Config) *nn.Model {
	t.Helper()
	m, err := New(c, rand.New(rand.NewPCG(1, 2)))
	require.NoError(t, err)
	return m
}

func newTrainer(t *testing.T, m *nn.Model, p nn.Precision) *train.Trainer {
	t.Helper()
	tr, err := train.New(m, sorting{seed: 1}, settings(p, 100), train.Options{Workers: 2})
	require.NoError(t, err)
	t.Cleanup(tr.Close)
	return tr
}

func step(t *testing.T, tr *train.Trainer, n int) (loss float64) {
	t.Helper()
	for range n {
		metrics, err := tr.Step()
		require.NoError(t, err)
		loss = metrics.LMLoss
	}
	return loss
}

func TestNewErrors(t *testing.T) {
	for says, change := range map[string]func(c *Config){
		"M_cycles is 0":               func(c *Config) { c.MCycles = 0 },
		"f_2 has 0 layers":            func(c *Config) { c.MLayers = 0 },
		"f_1: hidden_size 12 does no": func(c *Config) { c.NumHeads = 5 },
	} {
		_, err := New(tiny(change), rand.New(rand.NewPCG(1, 2)))
		require.ErrorContains(t, err, says)
	}
}

func TestLearns(t *testing.T) {
	for _, p := range precisions {
		m := newModel(t, small())
		tr := newTrainer(t, m, p)
		first := step(t, tr, 1)
		last := step(t, tr, 79)
		require.Equal(t, p, m.Precision())
		require.Less(t, last, 0.85*first, "%s", p)
	}
}

func TestRun(t *testing.T) {
	for _, p := range precisions {
		var out bytes.Buffer
		require.NoError(t, run(t.Context(), &out, p, 4))
		for _, says := range []string{string(p) + ": ", "step    4: loss ", "of 500 new sequences sorted", "z_3 says ["} {
			require.Contains(t, out.String(), says)
		}
	}
}

// The three states are updated at three speeds.
func TestSpeeds(t *testing.T) {
	m := newModel(t, tiny(func(c *Config) { c.HCycles, c.MCycles, c.LCycles = 2, 3, 4 }))
	w, count := m.NewWorker(1, 1), map[string]int{}
	w.Observe(func(u *nn.Update) bool { count[u.State]++; return true })
	require.NoError(t, w.Step(m.NewGroup(1, false)))
	require.Equal(t, map[string]int{"z_1": 24, "z_2": 6, "z_3": 2}, count)
}

// With one update of each state the whole step is differentiated, as its finite
// differences are.
func TestGradients(t *testing.T) {
	m := newModel(t, tiny(func(c *Config) { c.HCycles, c.MCycles, c.LCycles = 1, 1, 1 }))
	w, err := m.NewTrainingWorker(2)
	require.NoError(t, err)
	g := m.NewGroup(2, true)
	for i, p := range [][]int32{{3, 1, 4, 1, 5, 9}, {2, 7, 1, 8, 2, 8}} {
		require.NoError(t, m.CheckInput(p, 0))
		copy(g.Inputs[i*cells:], p)
	}
	out := g.Answer()
	for i := range out.DLogits {
		out.DLogits[i] = float32(math.Sin(float64(i)))
	}
	for i := range out.DQ {
		out.DQ[i] = float32(i) - 1.5
	}
	loss := func() float64 { // of which DLogits and DQ are the gradients
		for row := range g.N {
			m.Reset(&g.Carry, row)
		}
		require.NoError(t, m.Pack(nn.FP32, true))
		require.NoError(t, w.StepTrain(g))
		sum := 0.0
		for i, d := range out.DLogits {
			sum += float64(d) * float64(out.Logits[i])
		}
		for i, d := range out.DQ {
			sum += float64(d) * float64(out.Q[i])
		}
		return sum
	}
	loss()
	grad := m.Params().NewVector()
	require.NoError(t, w.Backward(g, grad))
	for _, p := range m.Params().All() {
		slope, size := alongGradient(p.Value.Data(), p.In(grad), loss)
		require.InEpsilon(t, size, slope, 2e-3, p.Name)
	}
}

// alongGradient returns the slope of f along a gradient and the gradient's size,
// which is what the slope should be.
func alongGradient(x, grad []float32, f func() float64) (slope, size float64) {
	for _, g := range grad {
		size += float64(g) * float64(g)
	}
	size = math.Sqrt(size)
	saved := append([]float32(nil), x...)
	defer copy(x, saved)
	at := func(distance float64) float64 {
		for i, v := range saved {
			x[i] = float32(float64(v) + distance*float64(grad[i])/size)
		}
		return f()
	}
	const h = 0.01
	return (8*(at(h)-at(-h)) - (at(2*h) - at(-2*h))) / (12 * h), size
}

// A run that is resumed from its checkpoint ends with the bits of one that was
// not interrupted.
func TestResume(t *testing.T) {
	for _, p := range precisions {
		whole := newModel(t, tiny(asIs))
		step(t, newTrainer(t, whole, p), 9)

		path := filepath.Join(t.TempDir(), "checkpoint")
		first := newTrainer(t, newModel(t, tiny(asIs)), p)
		step(t, first, 4)
		require.NoError(t, first.SaveCheckpoint(path))
		resumed := newModel(t, tiny(asIs))
		second := newTrainer(t, resumed, p)
		require.NoError(t, second.LoadCheckpoint(path))
		step(t, second, 5)
		require.Equal(t, whole.Params().Data(), resumed.Params().Data(), "%s", p)
	}
}

// A saved model is read by the front door, given what it is.
func TestSaveAndRead(t *testing.T) {
	m, path := newModel(t, tiny(asIs)), filepath.Join(t.TempDir(), "model")
	require.NoError(t, m.Save(path))
	f, err := safetensors.Open(path)
	require.NoError(t, err)
	defer f.Close()
	back, err := reread.Read(f, tiny(asIs))
	require.NoError(t, err)
	require.Equal(t, m.State(), back.State())
	require.Equal(t, m.Config(), back.Config())
}

func TestONNX(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, newModel(t, tiny(asIs)).WriteONNX(&out))
	for _, name := range []string{"z_1_out", "z_2_out", "z_3_out", "f_3.layers.0.mlp.down_proj.weight"} {
		require.Contains(t, out.String(), name)
	}
}
