package train

import (
	"fmt"
	"math/bits"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

// setArch is for inputs that are sets of tokens.
func setArch() nn.Arch {
	a := tinyArch()
	a.Inputs = nn.InputSets
	return a
}

// asSets is a feed with a set of one for every token.
type asSets struct{ Feed }

func (f asSets) At(n uint64, inputs, labels []int32) (int32, error) {
	id, err := f.Feed.At(n, inputs, labels)
	for i, token := range inputs {
		inputs[i] = 1 << token
	}
	return id, err
}

// TestSetsOfOne: a set of one token is the token, to the last bit of the
// trained weights.
func TestSetsOfOne(t *testing.T) {
	for _, kind := range allKinds() {
		for _, precision := range precisions {
			t.Run(fmt.Sprintf("%s/%s", kind, precision), func(t *testing.T) {
				cfg := tinyConfig(5, 100)
				cfg.Precision = precision
				tokens, sets := newModel(t, kind, tinyArch()), newModel(t, kind, setArch())
				a := newTrainer(t, tokens, cfg, 2)
				b := newTrainerOn(t, sets, asSets{feedFor(sets)}, cfg, 2)
				for range 6 {
					want, err := a.Step()
					require.NoError(t, err)
					got, err := b.Step()
					require.NoError(t, err)
					require.Equal(t, want, got)
				}
				require.Equal(t, tokens.Params().Data(), sets.Params().Data())
			})
		}
	}
}

// candidates is a feed of sets in which a cell's answer is the number of its
// candidates, less one.
type candidates struct{ vocab uint64 }

func (f candidates) At(n uint64, inputs, labels []int32) (int32, error) {
	for i := range inputs {
		set := 1 + scramble(n<<8+uint64(i))%(1<<f.vocab-1)
		inputs[i], labels[i] = int32(set), int32(bits.OnesCount64(set)-1)
	}
	return 0, nil
}

// TestLearnsFromSets has a rule that no single token of a set tells.
func TestLearnsFromSets(t *testing.T) {
	m := newModel(t, kindMLP, setArch())
	feed := fourPuzzles{candidates{6}}
	cfg := tinyConfig(8, 200)
	cfg.LR, cfg.ClipNorm = 5e-3, 0
	tr := newTrainerOn(t, m, feed, cfg, 2)
	steps(t, tr, int(cfg.Steps))
	require.NoError(t, tr.WithEMA(func() error {
		require.Equal(t, 4, solved(t, m, feed, 4))
		return nil
	}))
}

// TestSetGradients: tokens of a set share its gradient.
func TestSetGradients(t *testing.T) {
	arch := setArch()
	arch.HCycles = 1
	m := newModel(t, kindGroups, arch)
	tr := newGroupTrainer(t, m, candidates{6}, nil)
	grad := gradientOf(t, tr)
	for _, p := range m.Params().All() {
		checkGradient(t, p.Name, lossOf(t, tr), p.Value.Data(), p.In(grad))
	}
}

func TestSetsResumeExactly(t *testing.T) {
	run := func(workers int) *Trainer {
		m := newModel(t, kindHRM, setArch())
		return newTrainerOn(t, m, candidates{6}, tinyConfig(5, 20), workers)
	}
	whole, first, second := run(1), run(2), run(3)
	steps(t, whole, 8)
	steps(t, first, 4)
	require.NoError(t, second.LoadCheckpoint(saved(t, first)))
	steps(t, second, 4)
	require.Equal(t, fileHash(t, saved(t, whole)), fileHash(t, saved(t, second)))
}

func TestBadSets(t *testing.T) {
	for set, want := range map[int32]string{0: "set 0x0 in cell 3", 1 << 6: "set 0x40 in cell 3", -1: "in cell 3"} {
		m := newModel(t, kindMLP, setArch())
		feed := feedFunc(func(n uint64, inputs, labels []int32) (int32, error) {
			id, err := candidates{6}.At(n, inputs, labels)
			inputs[3] = set
			return id, err
		})
		_, err := newTrainerOn(t, m, feed, tinyConfig(2, 10), 1).Step()
		require.ErrorContains(t, err, "step 1: position 0 of the feed: ")
		require.ErrorContains(t, err, want)
	}
}
