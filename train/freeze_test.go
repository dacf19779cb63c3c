package train

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

// frozen is tinyConfig with the weights frozen.
func frozen(batch int, steps uint64) Config {
	cfg := tinyConfig(batch, steps)
	cfg.FreezeWeights, cfg.PuzzleLR = true, 0.05
	return cfg
}

// constant asks for the same token in every cell, whatever the input: what a row of
// the puzzle embedding can say.
func constant(m *nn.Model, ids ...int32) Feed {
	inner := feedFor(m)
	return feedFunc(func(n uint64, inputs, labels []int32) (int32, error) {
		_, err := inner.At(n, inputs, labels)
		for i := range labels {
			labels[i] = 3
		}
		return ids[n%uint64(len(ids))], err
	})
}

// TestFrozenWeightsStay trains rows 0 and 2 of three.
func TestFrozenWeightsStay(t *testing.T) {
	for _, kind := range allKinds() {
		for _, optimizer := range []string{AdamATan2, Muon} {
			cfg := frozen(4, 60)
			cfg.Optimizer = optimizer
			if optimizer == Muon {
				cfg.MuonLR = 0.02
			}
			m := newModel(t, kind, tinyArch())
			trunk, table := slices.Clone(m.Params().Data()), m.PuzzleTable()
			inits := slices.Clone(m.State()[0].Value.Data())
			steps(t, newTrainerOn(t, m, constant(m, 0, 2), cfg, 2), 5)
			require.Equal(t, trunk, m.Params().Data(), kind)
			require.Equal(t, inits, m.State()[0].Value.Data(), kind)
			require.Equal(t, make([]float32, table.Dim), table.Row(1), "no puzzle has this identifier")
			require.NotZero(t, table.Row(0), kind)
			require.NotZero(t, table.Row(2), kind)
		}
	}
}

func TestFrozenRowsLearn(t *testing.T) {
	for _, precision := range precisions {
		cfg := frozen(8, 60)
		cfg.Precision, cfg.PuzzleWeightDecay = precision, 0
		m := newModel(t, kindSingle, tinyArch())
		tr := newTrainerOn(t, m, constant(m, 0, 2), cfg, 2)
		loss := func(steps int) (sum float64) {
			for range steps {
				m, err := tr.Step()
				require.NoError(t, err)
				sum += m.LMLoss / float64(steps)
			}
			return sum
		}
		first := loss(5)
		loss(45)
		require.Less(t, loss(10), 0.8*first, precision)
	}
}

// TestFrozenRowsAsUnfrozen: the first step of a run takes the rows to the same bits,
// frozen or not.
func TestFrozenRowsAsUnfrozen(t *testing.T) {
	for _, kind := range allKinds() {
		rows := func(freeze bool) []float32 {
			cfg := frozen(8, 100)
			cfg.FreezeWeights = freeze
			m := newModel(t, kind, tinyArch())
			steps(t, newTrainer(t, m, cfg, 2), 1)
			return m.PuzzleTable().Weights
		}
		require.Equal(t, rows(false), rows(true), kind)
	}
}

// TestFrozenRunResumes: a run with frozen weights resumes to the bit, on any number
// of workers, and its checkpoints hold no moments and no averages.
func TestFrozenRunResumes(t *testing.T) {
	for _, kind := range allKinds() {
		arch := tinyArch()
		arch.StateNoise = 0.25
		cfg := frozen(7, 100)
		whole := newTrainer(t, newModel(t, kind, arch), cfg, 1)
		steps(t, whole, 3)
		path := saved(t, whole)
		for name := range readContents(t, path).tensors {
			require.NotContains(t, []string{tensorAdamM, tensorAdamV, tensorEMA}, name)
		}
		again := newTrainer(t, newModel(t, kind, arch), cfg, 3)
		require.NoError(t, again.LoadCheckpoint(path))
		steps(t, whole, 4)
		steps(t, again, 4)
		require.Equal(t, fileHash(t, saved(t, whole)), fileHash(t, saved(t, again)), kind)

		cfg.FreezeWeights = false
		other := newTrainer(t, newModel(t, kind, arch), cfg, 1)
		require.ErrorIs(t, other.LoadCheckpoint(path), ErrDifferentRun)
	}
}

func TestFrozenStepAllocatesNothing(t *testing.T) {
	cfg := frozen(6, 1000)
	tr := newTrainer(t, newModel(t, kindGroups, tinyArch()), cfg, 1)
	steps(t, tr, 1)
	require.Zero(t, testing.AllocsPerRun(20, func() {
		if _, err := tr.Step(); err != nil {
			panic(err)
		}
	}))
	require.Nil(t, tr.Gradient())
	require.Nil(t, tr.EMA())
	require.Positive(t, tr.report(Metrics{}).GradNorm)
	require.Equal(t, cfg.PuzzleLR*cfg.rate(tr.StepsDone()), tr.report(Metrics{}).LearningRate)
	require.NoError(t, tr.WithEMA(func() error { return nil }))
}

// TestFrozenGradientIsChecked: rows that no number can come of are an error, and stay.
func TestFrozenGradientIsChecked(t *testing.T) {
	m := newModel(t, kindMLP, tinyArch())
	tr := newTrainerWith(t, m, constant(m, 0), frozen(2, 10), Options{Workers: 1, Objective: notFinite{PublishedObjective(m)}})
	before := slices.Clone(m.PuzzleTable().Weights)
	_, err := tr.Step()
	require.ErrorContains(t, err, "gradient of the puzzle embeddings is not finite")
	require.Equal(t, before, m.PuzzleTable().Weights)
}

// notFinite is an objective whose gradients, but not its losses, are out of bounds.
type notFinite struct{ Objective }

func (o notFinite) Score(r *Row) Score {
	s := o.Objective.Score(r)
	r.Outs[0].DLogits[0] = float32(math.Inf(1))
	return s
}

func TestFrozenNeedsPuzzleEmbedding(t *testing.T) {
	arch := tinyArch()
	arch.PuzzleEmbNDim, arch.NumPuzzleIdentifiers = 0, 0
	m := newModel(t, kindMLP, arch)
	_, err := New(m, feedFor(m), frozen(2, 10), Options{Workers: 1})
	require.ErrorContains(t, err, "no puzzle embedding to train")
}
