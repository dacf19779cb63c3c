package trm_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// shapes returns the names and shapes of a state dict.
func shapes(m *nn.Model) map[string][]int {
	out := map[string][]int{}
	for _, s := range m.State() {
		out[s.Name] = s.Value.Shape()
	}
	return out
}

func newModel(t *testing.T, cfg trm.Config) *nn.Model {
	t.Helper()
	m, err := trm.New(cfg, newRNG())
	require.NoError(t, err)
	return m
}

// The published parameter counts and state dicts.
func TestPublishedModels(t *testing.T) {
	common := map[string][]int{
		"H_init": {512}, "L_init": {512},
		"embed_tokens.embedding_weight": {11, 512}, "lm_head.weight": {11, 512},
		"q_head.weight": {2, 512}, "q_head.bias": {2}, "puzzle_emb.weights": {1, 512},
		"L_level.layers.0.mlp.gate_up_proj.weight": {3072, 512}, "L_level.layers.0.mlp.down_proj.weight": {512, 1536},
		"L_level.layers.1.mlp.gate_up_proj.weight": {3072, 512}, "L_level.layers.1.mlp.down_proj.weight": {512, 1536},
	}
	for _, c := range []struct {
		name   string
		cfg    trm.Config
		count  int
		mixing map[string][]int
	}{
		{"SudokuMLP", trm.SudokuMLP(), 5_028_866, map[string][]int{
			"L_level.layers.0.mlp_t.gate_up_proj.weight": {1024, 97}, "L_level.layers.0.mlp_t.down_proj.weight": {97, 512},
			"L_level.layers.1.mlp_t.gate_up_proj.weight": {1024, 97}, "L_level.layers.1.mlp_t.down_proj.weight": {97, 512},
		}},
		{"SudokuAttention", trm.SudokuAttention(), 6_828_034, map[string][]int{
			"L_level.layers.0.self_attn.qkv_proj.weight": {1536, 512}, "L_level.layers.0.self_attn.o_proj.weight": {512, 512},
			"L_level.layers.1.self_attn.qkv_proj.weight": {1536, 512}, "L_level.layers.1.self_attn.o_proj.weight": {512, 512},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newModel(t, c.cfg)
			require.Equal(t, c.count, m.Params().Count())
			got := shapes(m)
			require.Len(t, got, 15)
			for _, want := range []map[string][]int{common, c.mixing} {
				for name, shape := range want {
					require.Equal(t, shape, got[name], name)
				}
			}
		})
	}
}

// What settings add to a state dict and take away from it.
func TestStateFollowsConfig(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(c *trm.Config)
		tensor string
		shape  []int // nil: absent
		count  int
	}{
		{"two networks", func(c *trm.Config) { c.TwoNetworks, c.HLayers = true, 1 }, "H_level.layers.0.mlp.down_proj.weight", []int{24, 256}, 19},
		{"one network", func(c *trm.Config) { c.HLayers = 3 }, "H_level.layers.0.mlp.down_proj.weight", nil, 15},
		{"single latent", func(c *trm.Config) { c.SingleLatent = true }, "H_init", nil, 14},
		{"learned positions", func(c *trm.Config) { c.PosEncodings = nn.PosLearned }, "embed_pos.embedding_weight", []int{18, 24}, 16},
		{"no puzzle embedding", func(c *trm.Config) { c.PuzzleEmbNDim, c.PuzzleEmbLen = 0, 0 }, "puzzle_emb.weights", nil, 14},
		{"narrow puzzle embedding", func(c *trm.Config) { c.PuzzleEmbNDim = 30 }, "puzzle_emb.weights", []int{3, 30}, 15},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := tiny()
			c.change(&cfg)
			got := shapes(newModel(t, cfg))
			require.Equal(t, c.shape, got[c.tensor])
			require.Len(t, got, c.count)
		})
	}
}

func TestInitialisation(t *testing.T) {
	m := newModel(t, trm.SudokuAttention())
	for _, s := range m.State() {
		squares, top := 0.0, 0.0
		for _, v := range s.Value.Data() {
			squares += float64(v) * float64(v)
			top = math.Max(top, math.Abs(float64(v)))
		}
		std := math.Sqrt(squares / float64(s.Value.Len()))
		shape := s.Value.Shape()
		want := 1 / math.Sqrt(float64(shape[len(shape)-1])) // of inputs, or of channels
		switch s.Name {
		case "q_head.weight", "puzzle_emb.weights":
			require.Zero(t, top, s.Name)
			continue
		case "q_head.bias":
			require.Equal(t, []float32{-5, -5}, s.Value.Data())
			continue
		case "H_init", "L_init":
			want = 1
		}
		// A few standard errors for the smallest, of 512 numbers.
		require.InEpsilon(t, want, std, 0.12, s.Name)
		require.LessOrEqual(t, top, want*2.2743, "%s is cut at two standard deviations before correction", s.Name)
	}
}

// The state of a new puzzle is the same at every position.
func TestNewCarry(t *testing.T) {
	for _, single := range []bool{false, true} {
		cfg := tiny()
		cfg.SingleLatent = single
		m := newModel(t, cfg)
		names, init := []string{"z_H", "z_L"}, m.State()
		if single {
			names = []string{"z_L"}
		}
		require.Equal(t, names, m.States())
		require.False(t, m.QLearning())
		carry := m.NewCarry(2)
		for i, name := range names {
			require.Equal(t, name[len("z_"):]+"_init", init[i].Name)
			require.Equal(t, slices.Repeat(init[i].Value.Data(), 2*cfg.Positions()), carry.State(i))
		}
	}
}

func TestDesign(t *testing.T) {
	m := newModel(t, tiny())
	require.Equal(t, trm.Kind, m.Kind())
	require.Equal(t, tiny(), m.Config())
	require.Equal(t, tiny().Arch, m.Arch())
}

// A step calls its networks as often as the paper says: T times n updates of
// z_L and one of z_H. Gradients flow through the last T alone.
func TestRecursion(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(c *trm.Config)
		cycle  []string
	}{
		{"two latents", func(*trm.Config) {}, []string{"z_L", "z_L", "z_L", "z_H"}},
		{"two networks", func(c *trm.Config) { c.TwoNetworks, c.HLayers = true, 1 }, []string{"z_L", "z_L", "z_L", "z_H"}},
		{"single latent", func(c *trm.Config) { c.SingleLatent = true }, []string{"z_L", "z_L", "z_L", "z_L"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := tiny() // two cycles of three updates
			c.change(&cfg)
			m := newModel(t, cfg)
			w, updates := m.NewWorker(1, 1), []string{}
			w.Observe(func(u *nn.Update) bool { updates = append(updates, u.State); return true })
			require.NoError(t, w.Step(m.NewGroup(1, false)))
			require.Equal(t, slices.Repeat(c.cycle, 2), updates)

			cfg.HCycles = 1
			require.Equal(t, newModel(t, cfg).TapeSize(), m.TapeSize())
		})
	}
}
