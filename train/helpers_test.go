package train

import (
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
	"github.com/stretchr/testify/require"
)

// tinyArch is an architecture of which a step takes well under a millisecond.
func tinyArch() nn.Arch {
	return nn.Arch{
		SeqLen: 16, VocabSize: 6, NumPuzzleIdentifiers: 3, PuzzleEmbNDim: 16,
		HiddenSize: 16, Expansion: 1, NumHeads: 2, HLayers: 1, LLayers: 1, HCycles: 2, LCycles: 2,
		PosEncodings: nn.PosRoPE,
		HaltMaxSteps: 4, HaltExplorationProb: 0.3,
	}
}

// The kinds of models. Most tests go through all but the plain one.
const (
	kindPlain  = "trm"
	kindMLP    = "trm-mlp"
	kindGroups = "trm-groups" // attention with heads that see parts of the grid
	kindSingle = "trm-single" // no z_H
	kindHRM    = "hrm"
)

func allKinds() []string { return []string{kindMLP, kindGroups, kindSingle, kindHRM} }

// newModel returns a model of a kind whose halting head is at work: rows end
// at different steps, which fresh weights would not make them do.
func newModel(t testing.TB, kind string, arch nn.Arch) *nn.Model {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	cfg := trm.Config{Arch: arch, MLPT: kind == kindMLP, SingleLatent: kind == kindSingle}
	if kind == kindGroups {
		cfg.HeadGroups = []string{"row", "column"}
	}
	var m *nn.Model
	var err error
	if kind == kindHRM {
		m, err = hrm.New(hrm.Config{Arch: arch}, rng)
	} else {
		m, err = trm.New(cfg, rng)
	}
	require.NoError(t, err)
	copy(param(m, "q_head.weight"), normals(rng, 2*arch.HiddenSize, 0.5))
	clear(param(m, "q_head.bias"))
	return m
}

// param returns a parameter's weights.
func param(m *nn.Model, name string) []float32 {
	for _, p := range m.Params().All() {
		if p.Name == name {
			return p.Value.Data()
		}
	}
	panic("no parameter " + name)
}

// normals returns n normal numbers of a standard deviation.
func normals(rng *rand.Rand, n int, std float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64() * std)
	}
	return x
}

// wide returns the numbers in double precision, for package gonum.
func wide(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

func tinyConfig(batch int, steps uint64) Config {
	return Config{
		BatchSize: batch, Steps: steps,
		LR: 1e-3, LRMinRatio: 0.5, WarmupSteps: 3, WeightDecay: 0.1, Beta1: 0.9, Beta2: 0.95, ClipNorm: 0.5,
		PuzzleLR: 1e-2, PuzzleWeightDecay: 0.1, EMARate: 0.9, Seed: 7,
	}
}

// muonConfig is tinyConfig with Muon.
func muonConfig(batch int, steps uint64) Config {
	cfg := tinyConfig(batch, steps)
	cfg.Optimizer, cfg.MuonLR, cfg.MuonMomentum, cfg.MuonDecay = Muon, 0.02, 0.9, 1e-2
	return cfg
}

// newTrainer returns a trainer on made-up puzzles, closed at the test's end.
func newTrainer(t testing.TB, m *nn.Model, cfg Config, workers int) *Trainer {
	t.Helper()
	return newTrainerOn(t, m, feedFor(m), cfg, workers)
}

func newTrainerOn(t testing.TB, m *nn.Model, feed Feed, cfg Config, workers int) *Trainer {
	t.Helper()
	return newTrainerWith(t, m, feed, cfg, Options{Workers: workers})
}

func newTrainerWith(t testing.TB, m *nn.Model, feed Feed, cfg Config, o Options) *Trainer {
	t.Helper()
	tr, err := New(m, feed, cfg, o)
	require.NoError(t, err)
	t.Cleanup(tr.Close)
	return tr
}

func steps(t testing.TB, tr *Trainer, n int) {
	t.Helper()
	for range n {
		_, err := tr.Step()
		require.NoError(t, err)
	}
}

// madeUp is a feed of random puzzles in which a cell's answer is the token
// after its own; some cells have no label.
type madeUp struct{ vocab, ids uint64 }

func feedFor(m *nn.Model) madeUp {
	f := madeUp{vocab: uint64(m.Arch().VocabSize), ids: 1}
	if e := m.PuzzleTable(); e != nil {
		f.ids = uint64(e.IDs)
	}
	return f
}

func (f madeUp) At(n uint64, inputs, labels []int32) (int32, error) {
	for i := range inputs {
		x := scramble(n<<8 + uint64(i))
		inputs[i] = int32(x % f.vocab)
		labels[i] = int32((x + 1) % f.vocab)
		if x>>32%7 == 0 {
			labels[i] = data.IgnoreLabel
		}
	}
	return int32(scramble(^n) % f.ids), nil
}

// scramble is a bijection on 64 bits without visible pattern; unlike a
// generator it needs no memory.
func scramble(x uint64) uint64 {
	x = (x ^ x>>30 + 0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// feedFunc is a feed that a test writes in place.
type feedFunc func(n uint64, inputs, labels []int32) (int32, error)

func (f feedFunc) At(n uint64, inputs, labels []int32) (int32, error) { return f(n, inputs, labels) }

// answers returns the logits and halting values of the first steps on a few
// puzzles.
func answers(t *testing.T, m *nn.Model) []float32 {
	t.Helper()
	var out []float32
	hand := newByHand(m, 3)
	for i := range 3 {
		hand.load(t, feedFor(m), uint64(i), i)
	}
	for range 2 {
		for i := range 3 {
			read := hand.stepRow(t, i)
			out = append(append(out, read.Logits...), read.Q...)
		}
	}
	return out
}

func fileHash(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// saved writes a checkpoint to a fresh folder.
func saved(t testing.TB, tr *Trainer) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "run.safetensors")
	require.NoError(t, tr.SaveCheckpoint(path))
	return path
}
