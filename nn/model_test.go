package nn_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

func TestModelSays(t *testing.T) {
	for _, c := range []struct {
		variant   int
		kind      string
		states    []string
		qLearning bool
		readOuts  int
	}{
		{0, trm.Kind, []string{"z_H", "z_L"}, false, 1},
		{3, trm.Kind, []string{"z_L"}, false, 1},
		{6, hrm.Kind, []string{"z_H", "z_L"}, true, 1},
		{len(families) - 1, "ladder", []string{"z_1", "z_2", "z_3"}, true, 3},
	} {
		m := newModel(t, families[c.variant], asIs)
		require.Equal(t, c.kind, m.Kind())
		require.Equal(t, c.states, m.States())
		require.Equal(t, c.qLearning, m.QLearning())
		require.Equal(t, c.readOuts, m.ReadOuts())
		require.Len(t, m.NewGroup(1, false).Outs, c.readOuts)
		require.Equal(t, families[c.variant].config(asIs), m.Config())
	}
}

// What a model gives away to read cannot change it, and neither can what it was
// made of.
func TestModelsKeepTheirArchitecture(t *testing.T) {
	v := variants[4]
	d, err := v.config(asIs).Design()
	require.NoError(t, err)
	m, err := nn.New(d, newRNG())
	require.NoError(t, err)
	want, logits := m.Arch(), logitsOf(t, m)

	a := m.Arch()
	a.HeadGroups[0], a.SeqLen, a.HiddenSize = "all", 1, 1
	m.States()[0] = "z_X"
	d.Arch.HeadGroups[0], d.Arch.VocabSize = "column", 99
	d.States[0] = "z_Y"
	require.Equal(t, want, m.Arch())
	require.Equal(t, []string{"z_H", "z_L"}, m.States())
	require.Equal(t, logits, logitsOf(t, m))
	require.Len(t, m.NewGroup(1, false).Inputs, want.SeqLen)
	require.Equal(t, "H_init", m.State()[0].Name)
}

// The halting values say that an answer is right: q_halt alone, or against
// q_continue with Q-learning.
func TestMargin(t *testing.T) {
	plain, learning := newModel(t, variants[0], asIs), newModel(t, variants[6], asIs)
	for _, c := range []struct {
		qHalt, qContinue float32
		plain, learning  float32
	}{
		{1, 0, 1, 1}, {1, 2, 1, -1}, {-1, -2, -1, 1}, {-2, -1, -2, -1}, {0, -1, 0, 1}, {0, 0, 0, 0}, {3, 3, 3, 0},
	} {
		require.Equal(t, c.plain, plain.Margin(c.qHalt, c.qContinue), c)
		require.Equal(t, c.learning, learning.Margin(c.qHalt, c.qContinue), c)
	}
}

func TestGroupSize(t *testing.T) {
	for _, c := range []struct{ cells, d, want int }{
		{81, 96, 2}, {100, 96, 1}, {900, 96, 1}, {16, 48, 8},
		{81, 960, 3}, // 22 million weights
	} {
		m := newModel(t, variants[0], func(a *nn.Arch) {
			a.SeqLen, a.HiddenSize, a.LLayers, a.PuzzleEmbNDim, a.Expansion = c.cells, c.d, 2, 0, 4
		})
		require.Equal(t, c.want, m.GroupSize(), c)
	}
}

// A step is differentiated as far as its recursion records it, and its tape
// holds that much.
func TestTapeSizeFollowsTheRecursion(t *testing.T) {
	size := func(v int, change func(a *nn.Arch)) int { return newModel(t, variants[v], change).TapeSize() }
	one := size(0, func(a *nn.Arch) { a.HCycles, a.LCycles = 1, 1 }) / 2
	require.Positive(t, one)
	for _, c := range []struct{ h, l, calls int }{{1, 1, 2}, {3, 1, 2}, {1, 6, 7}, {3, 6, 7}} {
		require.Equal(t, c.calls*one, size(0, func(a *nn.Arch) { a.HCycles, a.LCycles = c.h, c.l }), c)
	}
	hrm := size(6, func(a *nn.Arch) { a.HCycles, a.LCycles = 1, 1 })
	require.Equal(t, hrm, size(6, func(a *nn.Arch) { a.HCycles, a.LCycles = 4, 5 }), "the last update of each network alone")
}
