package nn

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func goodArch() Arch {
	return Arch{
		SeqLen: 16, VocabSize: 5, NumPuzzleIdentifiers: 3, PuzzleEmbNDim: 20,
		HiddenSize: 24, Expansion: 4, NumHeads: 4, HLayers: 1, LLayers: 1, HCycles: 2, LCycles: 2,
		PosEncodings: PosRoPE, HaltMaxSteps: 4, HaltExplorationProb: 0.1,
	}
}

func TestArchValidate(t *testing.T) {
	good := goodArch()
	require.NoError(t, good.Validate())
	require.NoError(t, good.ValidateAttention())
	for _, c := range []struct {
		name   string
		change func(a *Arch)
		says   string
	}{
		{"no cells", func(a *Arch) { a.SeqLen = 0 }, "seq_len is 0"},
		{"too many cells", func(a *Arch) { a.SeqLen = maxDim + 1 }, "seq_len is 65537"},
		{"one token", func(a *Arch) { a.VocabSize = 1 }, "vocab_size is 1, want 2"},
		{"no channels", func(a *Arch) { a.HiddenSize = 0 }, "hidden_size is 0"},
		{"negative channels", func(a *Arch) { a.HiddenSize = -8 }, "hidden_size is -8"},
		{"too many channels", func(a *Arch) { a.HiddenSize = math.MaxInt }, "hidden_size"},
		{"no layers", func(a *Arch) { a.LLayers = 0 }, "L_layers is 0"},
		{"negative H layers", func(a *Arch) { a.HLayers = -1 }, "H_layers is -1"},
		{"no H cycles", func(a *Arch) { a.HCycles = 0 }, "H_cycles is 0"},
		{"no L cycles", func(a *Arch) { a.LCycles = 0 }, "L_cycles is 0"},
		{"no steps", func(a *Arch) { a.HaltMaxSteps = 0 }, "halt_max_steps is 0"},
		{"negative ndim", func(a *Arch) { a.PuzzleEmbNDim = -1 }, "puzzle_emb_ndim is -1"},
		{"negative prefix", func(a *Arch) { a.PuzzleEmbLen = -1 }, "puzzle_emb_len is -1"},
		{"no expansion", func(a *Arch) { a.Expansion = 0 }, "expansion is 0"},
		{"negative expansion", func(a *Arch) { a.Expansion = -4 }, "expansion is -4"},
		{"expansion is no number", func(a *Arch) { a.Expansion = math.NaN() }, "expansion is NaN"},
		{"endless expansion", func(a *Arch) { a.Expansion = math.Inf(1) }, "expansion is +Inf"},
		{"negative noise", func(a *Arch) { a.StateNoise = -0.5 }, "state_noise is -0.5"},
		{"noise is no number", func(a *Arch) { a.StateNoise = float32(math.NaN()) }, "state_noise is NaN"},
		{"negative hypotheses", func(a *Arch) { a.Hypotheses = -0.5 }, "hypotheses is -0.5"},
		{"hypotheses are no number", func(a *Arch) { a.Hypotheses = float32(math.NaN()) }, "hypotheses is NaN"},
		{"exploration above one", func(a *Arch) { a.HaltExplorationProb = 1.1 }, "halt_exploration_prob is 1.1"},
		{"negative exploration", func(a *Arch) { a.HaltExplorationProb = -0.1 }, "halt_exploration_prob is -0.1"},
		{"exploration is no number", func(a *Arch) { a.HaltExplorationProb = math.NaN() }, "halt_exploration_prob is NaN"},
		{"negative theta", func(a *Arch) { a.RoPETheta = -1 }, "rope_theta is -1"},
		{"tiny theta", func(a *Arch) { a.RoPETheta = 1e-300 }, "rope_theta is 1e-300"},
		{"endless theta", func(a *Arch) { a.RoPETheta = math.Inf(1) }, "rope_theta is +Inf"},
		{"theta is no number", func(a *Arch) { a.RoPETheta = math.NaN() }, "rope_theta is NaN"},
		{"negative epsilon", func(a *Arch) { a.RMSNormEps = -1e-6 }, "rms_norm_eps is -1e-06"},
		{"epsilon is no number", func(a *Arch) { a.RMSNormEps = math.NaN() }, "rms_norm_eps is NaN"},
		{"endless epsilon", func(a *Arch) { a.RMSNormEps = math.Inf(1) }, "rms_norm_eps is +Inf"},
		{"huge puzzle embedding", func(a *Arch) { a.NumPuzzleIdentifiers, a.PuzzleEmbNDim = 1<<30, 1<<10 }, "puzzle embedding of 1073741824 x 1024 numbers is too large"},
		{"prefix without embedding", func(a *Arch) { a.PuzzleEmbNDim, a.PuzzleEmbLen = 0, 2 }, "puzzle_emb_len is 2 without"},
		{"no identifiers", func(a *Arch) { a.NumPuzzleIdentifiers = 0 }, "num_puzzle_identifiers is 0"},
		{"too many identifiers", func(a *Arch) { a.NumPuzzleIdentifiers = 1<<30 + 1 }, "num_puzzle_identifiers"},
		{"prefix too short", func(a *Arch) { a.PuzzleEmbNDim, a.PuzzleEmbLen = 49, 2 }, "puzzle_emb_ndim is 49, more than the 48 numbers of 2 positions"},
		{"unknown loss", func(a *Arch) { a.LossType = "hinge" }, `loss_type is "hinge"`},
		{"unknown inputs", func(a *Arch) { a.Inputs = "words" }, `inputs is "words", want "sets" or nothing`},
		{"sets of too many tokens", func(a *Arch) { a.Inputs, a.VocabSize = InputSets, 32 }, "inputs are sets of 32 tokens, want at most 31"},
		{"unknown positions", func(a *Arch) { a.PosEncodings = "alibi" }, `pos_encodings is "alibi"`},
		{"no word on positions", func(a *Arch) { a.PosEncodings = "" }, `pos_encodings is ""`},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := goodArch()
			c.change(&a)
			require.ErrorContains(t, a.Validate(), c.says)
		})
	}
}

func TestArchValidateAccepts(t *testing.T) {
	for name, change := range map[string]func(a *Arch){
		"no puzzle embedding":             func(a *Arch) { a.PuzzleEmbNDim, a.NumPuzzleIdentifiers = 0, 0 },
		"embedding that fills its prefix": func(a *Arch) { a.PuzzleEmbNDim, a.PuzzleEmbLen = 48, 2 },
		"softmax":                         func(a *Arch) { a.LossType = LossSoftmax },
		"stablemax by name":               func(a *Arch) { a.LossType = LossStablemax },
		"learned positions":               func(a *Arch) { a.PosEncodings = PosLearned },
		"sets":                            func(a *Arch) { a.Inputs, a.VocabSize = InputSets, 31 },
		"no positions":                    func(a *Arch) { a.PosEncodings = PosNone },
		"no H layers":                     func(a *Arch) { a.HLayers = 0 },
		"certain exploration":             func(a *Arch) { a.HaltExplorationProb = 1 },
	} {
		a := goodArch()
		change(&a)
		require.NoError(t, a.Validate(), name)
	}
}

func TestArchValidateAttention(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(a *Arch)
		says   string
	}{
		{"no heads", func(a *Arch) { a.NumHeads = 0 }, "does not divide into num_heads 0"},
		{"negative heads", func(a *Arch) { a.NumHeads = -4 }, "does not divide into num_heads -4"},
		{"uneven heads", func(a *Arch) { a.NumHeads = 5 }, "hidden_size 24 does not divide into num_heads 5"},
		{"odd heads with rope", func(a *Arch) { a.NumHeads = 8 }, "even head size, not 3"},
		{"groups for too few heads", func(a *Arch) { a.HeadGroups = []string{"row", "all"} }, "names 2 heads, want num_heads 4"},
		{"unknown group", func(a *Arch) { a.HeadGroups = []string{"all", "all", "diagonal", "all"} }, `head_groups[2]: unknown group "diagonal"`},
		{"empty group name", func(a *Arch) { a.HeadGroups = []string{"", "all", "all", "all"} }, `head_groups[0]: unknown group ""`},
		{"no square", func(a *Arch) { a.SeqLen, a.HeadGroups = 15, []string{"row", "all", "all", "all"} }, `"row" needs a square grid, not 15 cells`},
		{"no boxes", func(a *Arch) { a.SeqLen, a.HeadGroups = 25, []string{"all", "row", "column", "box"} }, "head_groups[3]: boxes need a square side, not 5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := goodArch()
			c.change(&a)
			require.ErrorContains(t, a.ValidateAttention(), c.says)
		})
	}
	a := goodArch()
	a.NumHeads, a.PosEncodings = 8, PosNone
	require.NoError(t, a.ValidateAttention(), "odd heads without rope")
	a.SeqLen, a.HeadGroups = 15, []string{"all", "all", "all", "all", "all", "all", "all", "all"}
	require.NoError(t, a.ValidateAttention(), "heads that see everything need no grid")
}

func TestPrefix(t *testing.T) {
	for _, c := range []struct{ ndim, length, d, prefix int }{
		{0, 0, 24, 0}, {24, 0, 24, 1}, {25, 0, 24, 2}, {48, 0, 24, 2}, {1, 0, 24, 1},
		{24, 5, 24, 5}, {512, 16, 512, 16}, {512, 0, 512, 1},
	} {
		a := Arch{SeqLen: 81, PuzzleEmbNDim: c.ndim, PuzzleEmbLen: c.length, HiddenSize: c.d}
		require.Equal(t, c.prefix, a.Prefix(), c)
		require.Equal(t, c.prefix+81, a.Positions(), c)
	}
}

func TestEps(t *testing.T) {
	a := goodArch()
	require.Equal(t, float32(1e-5), a.Eps())
	a.RMSNormEps = 1e-3
	require.Equal(t, float32(1e-3), a.Eps())
}

// The published names, by hand.
func TestArchJSON(t *testing.T) {
	a := goodArch()
	a.PuzzleEmbLen, a.RoPETheta, a.RMSNormEps, a.LossType, a.Inputs = 2, 500, 1e-4, LossSoftmax, InputSets
	a.HeadGroups = []string{"row", "column", "box", "all"}
	text, err := json.Marshal(a)
	require.NoError(t, err)
	require.JSONEq(t, `{
		"seq_len": 16, "vocab_size": 5, "num_puzzle_identifiers": 3, "puzzle_emb_ndim": 20, "puzzle_emb_len": 2,
		"hidden_size": 24, "expansion": 4, "num_heads": 4, "H_layers": 1, "L_layers": 1, "H_cycles": 2, "L_cycles": 2,
		"pos_encodings": "rope", "rope_theta": 500, "rms_norm_eps": 0.0001,
		"head_groups": ["row", "column", "box", "all"],
		"halt_max_steps": 4, "halt_exploration_prob": 0.1, "loss_type": "softmax_cross_entropy", "inputs": "sets"
	}`, string(text))
	var back Arch
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, a, back)
}
