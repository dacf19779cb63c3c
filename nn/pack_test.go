package nn

import (
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/internal/simd"
)

// layouts returns the forward and backward layouts of a model's weights.
func layouts(m *Model) (forward, backward []*simd.Packed) {
	for _, w := range m.layouts {
		switch w := w.(type) {
		case *linear:
			forward, backward = append(forward, &w.forward), append(backward, &w.backward)
		case *tokenLinear:
			forward, backward = append(forward, &w.forward), append(backward, &w.backward)
		case *gatedLinear:
			forward, backward = append(forward, &w.forward, &w.up), append(backward, &w.backward)
		case *gatedTokenLinear:
			forward, backward = append(forward, &w.forward, &w.up), append(backward, &w.backward)
		}
	}
	return forward, backward
}

// packModel returns a model with weights of both kinds, laid out by nobody.
func packModel(t *testing.T) *Model {
	t.Helper()
	p := recipe{states: 1, answer: 1, steps: []recipeStep{{kind: recipeCall, level: 0, z: 1, a: 0}, {kind: recipeCall, level: 1, z: 1, a: 0}}}
	m := recipeModel(t, p)
	require.Equal(t, packing{}, m.packing())
	return m
}

// requireLaidOut checks which layouts a model has. One that is not there has no
// memory either.
func requireLaidOut(t *testing.T, m *Model, backwardToo bool, what string) {
	t.Helper()
	forward, backward := layouts(m)
	require.Len(t, backward, m.Layouts())
	for _, w := range forward {
		require.NotEqual(t, simd.Packed{}, *w, what)
	}
	for _, w := range backward {
		if backwardToo {
			require.NotEqual(t, simd.Packed{}, *w, what)
		} else {
			require.Equal(t, simd.Packed{}, *w, what)
		}
	}
}

// Inference has no layouts for the backward pass, before training and after.
func TestLayoutsAreThoseNeeded(t *testing.T) {
	for _, p := range []Precision{FP32, BF16, INT8} {
		m := packModel(t)
		forward, backward := layouts(m)
		for _, w := range append(forward, backward...) {
			require.Equal(t, simd.Packed{}, *w, "a new model is laid out for nothing")
		}
		require.NoError(t, m.Pack(p, false))
		requireLaidOut(t, m, false, "inference")
		m.NewWorker(1, 1)
		requireLaidOut(t, m, false, "a worker for inference")
		if p == INT8 {
			continue
		}
		_, err := m.NewTrainingWorker(1)
		require.NoError(t, err)
		requireLaidOut(t, m, true, "a worker for training")
		m.NewWorker(1, 1)
		requireLaidOut(t, m, true, "a worker for inference beside it")
		require.NoError(t, m.Pack(p, false))
		requireLaidOut(t, m, false, "inference after training")
	}
	fresh := packModel(t)
	fresh.NewWorker(1, 1)
	require.Equal(t, packing{FP32, false}, fresh.packing())
	fresh = packModel(t)
	_, err := fresh.NewTrainingWorker(1)
	require.NoError(t, err)
	require.Equal(t, packing{FP32, true}, fresh.packing())
}

func TestPackPrecisions(t *testing.T) {
	m := packModel(t)
	require.Equal(t, FP32, m.Precision())
	for _, c := range []struct{ asked, got Precision }{{"", FP32}, {FP32, FP32}, {BF16, BF16}, {INT8, INT8}, {Fastest, fastest()}} {
		require.NoError(t, m.Pack(c.asked, false))
		require.Equal(t, c.got, m.Precision(), "%q", c.asked)
	}
	require.Contains(t, []Precision{FP32, BF16}, fastest())
	require.NoError(t, m.Pack(BF16, true))
	require.ErrorContains(t, m.Pack("float16", true), `precision is "float16"`)
	require.EqualError(t, m.Pack(INT8, true), "nn: int8 is for inference only")
	require.Equal(t, packing{BF16, true}, m.packing(), "as it was")
}

// Sums of integers that could overflow are refused before anything is laid out.
func TestPackDepth(t *testing.T) {
	m := packModel(t)
	deep := &linear{in: simd.MaxInt8Depth}
	m.layouts = append(m.layouts, deep)
	require.NoError(t, m.checkIntegers(false))
	deep.in++
	require.EqualError(t, m.Pack(INT8, false), "nn: int8 sums 133144 products at most, the model 133145")
	require.Equal(t, packing{}, m.packing())
}

// A worker fails once the weights are laid out for something else, and works
// again when they are laid out for it.
func TestWorkersOfOtherLayouts(t *testing.T) {
	m := packModel(t)
	g, grad := recipeGroup(m, 1), m.params.NewVector()
	inference := m.NewWorker(1, 1)
	trainer, err := m.NewTrainingWorker(1)
	require.NoError(t, err)
	require.NoError(t, trainer.StepTrain(g))

	require.NoError(t, m.Pack(FP32, false))
	require.NoError(t, inference.Step(g))
	for _, err := range []error{trainer.Step(g), trainer.StepTrain(g), trainer.Backward(g, grad)} {
		require.ErrorContains(t, err, "the weights are laid out for inference, the worker trains")
	}
	for _, p := range []Precision{BF16, INT8} {
		require.NoError(t, m.Pack(p, p != INT8))
		for _, err := range []error{inference.Step(g), trainer.Step(g), trainer.StepTrain(g), trainer.Backward(g, grad)} {
			require.ErrorContains(t, err, "the weights are laid out for "+string(p)+", the worker is for float32")
		}
	}
	_, err = m.NewTrainingWorker(1)
	require.ErrorContains(t, err, "int8 is for inference only")
	require.NoError(t, m.Pack(FP32, true))
	require.NoError(t, inference.Step(g))
	require.NoError(t, trainer.StepTrain(g))
	require.NoError(t, trainer.Backward(g, grad))
}

// A worker for training may be made while others infer: it lays out what they
// do not read. The race detector looks on.
func TestTrainingWorkerBesideInference(t *testing.T) {
	for _, p := range []Precision{FP32, BF16} {
		m := packModel(t)
		require.NoError(t, m.Pack(p, false))
		g := recipeGroup(m, 1)
		first := make(chan struct{})
		stop, ended := make(chan struct{}), make(chan error, 1)
		go func() {
			w := m.NewWorker(1, 1)
			defer w.Close()
			err := w.Step(g)
			close(first)
			for err == nil {
				select {
				case <-stop:
					ended <- nil
					return
				default:
					runtime.Gosched() // nothing else ends the loop on a single thread
					err = w.Step(g)
				}
			}
			ended <- err
		}()
		<-first
		_, err := m.NewTrainingWorker(1)
		require.NoError(t, err)
		close(stop)
		require.NoError(t, <-ended)
		requireLaidOut(t, m, true, "both")
	}
}

// Training after inference uses the weights of now, not those that an earlier
// training laid out.
func TestNoStaleLayouts(t *testing.T) {
	step := func(m *Model) []float32 {
		w, err := m.NewTrainingWorker(1)
		require.NoError(t, err)
		g, grad := recipeGroup(m, 1), m.params.NewVector()
		require.NoError(t, w.StepTrain(g))
		require.NoError(t, w.Backward(g, grad))
		return grad
	}
	change := func(m *Model) {
		for _, q := range m.params.All() {
			copy(q.Value.Data(), Normals(rand.New(rand.NewPCG(3, 3)), q.Value.Len(), 0.2))
		}
	}
	want, used, byHand := packModel(t), packModel(t), packModel(t)
	change(want)
	step(used)
	change(used)
	require.NoError(t, used.Pack(FP32, false))
	require.Equal(t, step(want), step(used))

	step(byHand)
	change(byHand)
	for i := range byHand.Layouts() {
		byHand.PackLayout(i)
	}
	require.Equal(t, step(want), step(byHand))
}
