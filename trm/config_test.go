package trm_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// tiny is a model of 16 cells that takes microseconds.
func tiny() trm.Config {
	return trm.Config{Arch: nn.Arch{
		SeqLen: 16, VocabSize: 5, NumPuzzleIdentifiers: 3, PuzzleEmbNDim: 24, PuzzleEmbLen: 2,
		HiddenSize: 24, Expansion: 4, NumHeads: 4, LLayers: 2, HCycles: 2, LCycles: 3,
		PosEncodings: nn.PosRoPE, HaltMaxSteps: 4,
	}}
}

func newRNG() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

func TestPresets(t *testing.T) {
	for _, c := range []struct {
		name                string
		cfg                 trm.Config
		positions, hc, lc   int
		tokens, identifiers int
	}{
		{"SudokuMLP", trm.SudokuMLP(), 97, 3, 6, 11, 1},
		{"SudokuAttention", trm.SudokuAttention(), 97, 3, 6, 11, 1},
		{"Maze", trm.Maze(), 916, 3, 4, 6, 1},
		{"ARC", trm.ARC(1000), 916, 3, 4, 12, 1000},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.NoError(t, c.cfg.Validate())
			require.Equal(t, c.positions, c.cfg.Positions())
			require.Equal(t, []int{c.hc, c.lc}, []int{c.cfg.HCycles, c.cfg.LCycles})
			require.Equal(t, []int{c.tokens, c.identifiers}, []int{c.cfg.VocabSize, c.cfg.NumPuzzleIdentifiers})
			require.Equal(t, 16, c.cfg.HaltMaxSteps)
			require.Equal(t, 0.1, c.cfg.HaltExplorationProb)
		})
	}
}

// The small preset is free to change, but not to stop being a model.
func TestSudokuSmall(t *testing.T) {
	cfg := trm.SudokuSmall()
	require.NoError(t, cfg.Validate())
	require.Equal(t, []int{81, 11}, []int{cfg.SeqLen, cfg.VocabSize})
	require.Less(t, newModel(t, cfg).Params().Count(), 1_000_000)
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(c *trm.Config)
		says   string // "": valid
	}{
		{"attention", func(*trm.Config) {}, ""},
		{"mlp", func(c *trm.Config) { c.MLPT = true }, ""},
		{"mlp without heads", func(c *trm.Config) { c.MLPT, c.NumHeads = true, 0 }, ""},
		{"two networks", func(c *trm.Config) { c.TwoNetworks, c.HLayers = true, 1 }, ""},
		{"single latent", func(c *trm.Config) { c.SingleLatent = true }, ""},
		{"groups", func(c *trm.Config) { c.HeadGroups = []string{"row", "column", "box", "all"} }, ""},

		{"architecture", func(c *trm.Config) { c.LCycles = 0 }, "trm: config: L_cycles is 0"},
		{"heads", func(c *trm.Config) { c.NumHeads = 7 }, "trm: config: hidden_size 24 does not divide into num_heads 7"},
		{"bad groups", func(c *trm.Config) { c.HeadGroups = []string{"row"} }, "trm: config: head_groups names 1 heads"},
		{"groups of an mlp", func(c *trm.Config) { c.MLPT, c.HeadGroups = true, []string{"row", "all", "all", "all"} }, "head_groups need attention"},
		{"two networks, one latent", func(c *trm.Config) { c.TwoNetworks, c.HLayers, c.SingleLatent = true, 1, true }, "a single latent has no second network"},
		{"second network without layers", func(c *trm.Config) { c.TwoNetworks = true }, "H_layers is 0, want at least 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := tiny()
			c.change(&cfg)
			m, err := trm.New(cfg, newRNG())
			if c.says == "" {
				require.NoError(t, cfg.Validate())
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, cfg.Validate(), c.says)
			require.ErrorContains(t, err, c.says, "New validates")
			require.Nil(t, m)
		})
	}
}

func TestConfigJSON(t *testing.T) {
	text, err := json.Marshal(trm.SudokuMLP())
	require.NoError(t, err)
	require.JSONEq(t, `{
		"seq_len": 81, "vocab_size": 11, "num_puzzle_identifiers": 1, "puzzle_emb_ndim": 512, "puzzle_emb_len": 16,
		"hidden_size": 512, "expansion": 4, "num_heads": 8, "H_layers": 0, "L_layers": 2, "H_cycles": 3, "L_cycles": 6,
		"pos_encodings": "none", "halt_max_steps": 16, "halt_exploration_prob": 0.1,
		"loss_type": "stablemax_cross_entropy", "mlp_t": true
	}`, string(text))

	every := tiny()
	every.TwoNetworks, every.HLayers, every.SingleLatent, every.MLPT = true, 3, true, true // not all at once in a model
	every.HeadGroups = []string{"row", "all", "all", "all"}
	for _, cfg := range []trm.Config{trm.SudokuMLP(), trm.SudokuAttention(), trm.Maze(), trm.ARC(7), trm.SudokuSmall(), every} {
		text, err := json.Marshal(cfg)
		require.NoError(t, err)
		var back trm.Config
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, cfg, back)
	}
}
