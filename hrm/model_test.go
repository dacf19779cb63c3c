package hrm_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
)

// shapes returns the names and shapes of a state dict.
func shapes(m *nn.Model) map[string][]int {
	out := map[string][]int{}
	for _, s := range m.State() {
		out[s.Name] = s.Value.Shape()
	}
	return out
}

func newModel(t *testing.T, cfg hrm.Config) *nn.Model {
	t.Helper()
	m, err := hrm.New(cfg, newRNG())
	require.NoError(t, err)
	return m
}

// The published parameter counts and state dicts.
func TestPublishedModels(t *testing.T) {
	for _, c := range []struct {
		name          string
		cfg           hrm.Config
		tokens, count int
	}{
		{"Sudoku", hrm.Sudoku(), 11, 27_275_266},
		{"Maze", hrm.Maze(), 6, 27_270_146},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newModel(t, c.cfg)
			require.Equal(t, c.count, m.Params().Count())
			want := map[string][]int{
				"H_init": {512}, "L_init": {512},
				"embed_tokens.embedding_weight": {c.tokens, 512}, "lm_head.weight": {c.tokens, 512},
				"q_head.weight": {2, 512}, "q_head.bias": {2}, "puzzle_emb.weights": {1, 512},
			}
			for _, level := range []string{"H_level", "L_level"} {
				for i := range 4 {
					prefix := fmt.Sprintf("%s.layers.%d.", level, i)
					want[prefix+"self_attn.qkv_proj.weight"] = []int{1536, 512}
					want[prefix+"self_attn.o_proj.weight"] = []int{512, 512}
					want[prefix+"mlp.gate_up_proj.weight"] = []int{3072, 512}
					want[prefix+"mlp.down_proj.weight"] = []int{512, 1536}
				}
			}
			require.Len(t, want, 39)
			require.Equal(t, want, shapes(m))
		})
	}
}

func TestLearnedPositions(t *testing.T) {
	cfg := tiny()
	cfg.PosEncodings = nn.PosLearned
	got := shapes(newModel(t, cfg))
	require.Equal(t, []int{17, 24}, got["embed_pos.embedding_weight"])
}

func TestDesign(t *testing.T) {
	m := newModel(t, tiny())
	require.Equal(t, hrm.Kind, m.Kind())
	require.Equal(t, tiny(), m.Config())
	require.Equal(t, tiny().Arch, m.Arch())
	require.True(t, m.QLearning())
	require.Equal(t, []string{"z_H", "z_L"}, m.States())
}

// A step calls its networks at two speeds. Gradients flow through the last call
// of each alone.
func TestRecursion(t *testing.T) {
	cfg := tiny()
	cfg.HCycles, cfg.LCycles = 2, 3
	m := newModel(t, cfg)
	w, updates := m.NewWorker(1, 1), []string{}
	w.Observe(func(u *nn.Update) bool { updates = append(updates, u.State); return true })
	require.NoError(t, w.Step(m.NewGroup(1, false)))
	require.Equal(t, slices.Repeat([]string{"z_L", "z_L", "z_L", "z_H"}, 2), updates)

	cfg.HCycles, cfg.LCycles = 1, 1
	require.Equal(t, newModel(t, cfg).TapeSize(), m.TapeSize())
}
