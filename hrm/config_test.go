package hrm_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
)

// tiny is a model of 16 cells that takes microseconds.
func tiny() hrm.Config {
	return hrm.Config{Arch: nn.Arch{
		SeqLen: 16, VocabSize: 5, NumPuzzleIdentifiers: 3, PuzzleEmbNDim: 24,
		HiddenSize: 24, Expansion: 4, NumHeads: 4, HLayers: 1, LLayers: 2, HCycles: 2, LCycles: 2,
		PosEncodings: nn.PosRoPE, HaltMaxSteps: 4,
	}}
}

func newRNG() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

func TestPresets(t *testing.T) {
	for _, c := range []struct {
		name                           string
		cfg                            hrm.Config
		positions, tokens, identifiers int
	}{
		{"Sudoku", hrm.Sudoku(), 82, 11, 1},
		{"Maze", hrm.Maze(), 901, 6, 1},
		{"ARC", hrm.ARC(1000), 901, 12, 1000},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.NoError(t, c.cfg.Validate())
			require.Equal(t, c.positions, c.cfg.Positions())
			require.Equal(t, []int{2, 2, 4, 4}, []int{c.cfg.HCycles, c.cfg.LCycles, c.cfg.HLayers, c.cfg.LLayers})
			require.Equal(t, []int{c.tokens, c.identifiers}, []int{c.cfg.VocabSize, c.cfg.NumPuzzleIdentifiers})
			require.Equal(t, 16, c.cfg.HaltMaxSteps)
			require.Equal(t, 0.1, c.cfg.HaltExplorationProb)
		})
	}
}

// The small preset is free to change, but not to stop being a model.
func TestSudokuSmall(t *testing.T) {
	cfg := hrm.SudokuSmall()
	require.NoError(t, cfg.Validate())
	require.Equal(t, []int{81, 11}, []int{cfg.SeqLen, cfg.VocabSize})
	require.Less(t, newModel(t, cfg).Params().Count(), 2_000_000)
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(c *hrm.Config)
		says   string // "": valid
	}{
		{"plain", func(*hrm.Config) {}, ""},
		{"groups", func(c *hrm.Config) { c.HeadGroups = []string{"row", "column", "box", "all"} }, ""},

		{"architecture", func(c *hrm.Config) { c.LCycles = 0 }, "hrm: config: L_cycles is 0"},
		{"no slow network", func(c *hrm.Config) { c.HLayers = 0 }, "hrm: config: H_layers is 0, want at least 1"},
		{"heads", func(c *hrm.Config) { c.NumHeads = 7 }, "hrm: config: hidden_size 24 does not divide into num_heads 7"},
		{"bad groups", func(c *hrm.Config) { c.HeadGroups = []string{"row"} }, "hrm: config: head_groups names 1 heads"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := tiny()
			c.change(&cfg)
			m, err := hrm.New(cfg, newRNG())
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
	text, err := json.Marshal(hrm.Sudoku())
	require.NoError(t, err)
	require.JSONEq(t, `{
		"seq_len": 81, "vocab_size": 11, "num_puzzle_identifiers": 1, "puzzle_emb_ndim": 512, "puzzle_emb_len": 0,
		"hidden_size": 512, "expansion": 4, "num_heads": 8, "H_layers": 4, "L_layers": 4, "H_cycles": 2, "L_cycles": 2,
		"pos_encodings": "rope", "halt_max_steps": 16, "halt_exploration_prob": 0.1,
		"loss_type": "stablemax_cross_entropy"
	}`, string(text))

	for _, cfg := range []hrm.Config{hrm.Sudoku(), hrm.Maze(), hrm.ARC(7), hrm.SudokuSmall(), tiny()} {
		text, err := json.Marshal(cfg)
		require.NoError(t, err)
		var back hrm.Config
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, cfg, back)
	}
}
