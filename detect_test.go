package reread_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/tensor/torch"
	"github.com/rereadml/reread/trm"
)

func newModel(t testing.TB, cfg reread.Config) *nn.Model {
	t.Helper()
	d, err := cfg.Design()
	require.NoError(t, err)
	m, err := nn.New(d, rand.New(rand.NewPCG(1, 2)))
	require.NoError(t, err)
	return m
}

// nameless is the state dict of a model without its configuration.
func nameless(t testing.TB, m *nn.Model, prefix string) *tensor.Set {
	t.Helper()
	var entries []tensor.Entry
	for _, s := range m.State() {
		info, err := tensor.NewInfo(prefix+s.Name, tensor.F32, s.Value.Shape())
		require.NoError(t, err)
		entries = append(entries, tensor.Entry{Info: info})
	}
	return tensor.NewSet("nameless", nil, entries)
}

// presets are the published models and ours, and some with every other setting.
func presets() map[string]reread.Config {
	ablations, gated, learned := trm.Config{Arch: smallArch()}, trm.Config{Arch: smallArch()}, hrm.Config{Arch: smallArch()}
	ablations.TwoNetworks, ablations.PuzzleEmbLen, ablations.RoPETheta, ablations.RMSNormEps = true, 3, 500, 1e-7
	gated.MLPT, gated.PosEncodings, gated.SingleLatent, gated.Expansion, gated.HaltExplorationProb = true, nn.PosNone, true, 2, 0.25
	learned.PosEncodings, learned.IntermediateSize, learned.LossType, learned.PuzzleEmbNDim = nn.PosLearned, 40, nn.LossSoftmax, 0
	learned.NumPuzzleIdentifiers = 0
	return map[string]reread.Config{
		"trm mlp": trm.SudokuMLP(), "trm attention": trm.SudokuAttention(), "trm maze": trm.Maze(), "trm arc": trm.ARC(7),
		"trm small": trm.SudokuSmall(), "trm units": trm.SudokuUnits(), "hrm small": hrm.SudokuSmall(), "hrm sudoku": hrm.Sudoku(),
		"ablations": ablations, "gated": gated, "learned": learned,
	}
}

// named is a configuration whose loss has its name.
func named(cfg reread.Config) reread.Config {
	name := func(a *nn.Arch) {
		if a.LossType == "" {
			a.LossType = nn.LossStablemax
		}
	}
	switch c := cfg.(type) {
	case trm.Config:
		name(&c.Arch)
		return c
	case hrm.Config:
		name(&c.Arch)
		return c
	}
	return cfg
}

// What is written of a configuration is enough to find it again from the weights.
func TestAllConfigRoundTrip(t *testing.T) {
	for name, cfg := range presets() {
		t.Run(name, func(t *testing.T) {
			m := newModel(t, cfg)
			text, err := reread.AllConfig(cfg)
			require.NoError(t, err)
			for _, prefix := range []string{"", "inner.", "_orig_mod.model.inner.", "module._orig_mod._orig_mod.model.inner."} {
				got, err := reread.Detect(nameless(t, m, prefix), text)
				require.NoError(t, err, "%s", text)
				require.Equal(t, named(cfg), got)
			}
		})
	}
}

// The published code finds the class of a model by the name in its configuration.
func TestAllConfigClass(t *testing.T) {
	single := trm.SudokuAttention()
	single.SingleLatent = true
	for class, cfg := range map[string]reread.Config{
		"recursive_reasoning.trm@TinyRecursiveReasoningModel_ACTV1":         trm.SudokuAttention(),
		"recursive_reasoning.trm_singlez@TinyRecursiveReasoningModel_ACTV1": single,
		"hrm.hrm_act_v1@HierarchicalReasoningModel_ACTV1":                   hrm.Sudoku(),
	} {
		text, err := reread.AllConfig(cfg)
		require.NoError(t, err)
		require.Contains(t, string(text), "\n  name: "+class+"\n")
	}
}

// A configuration as the published training code writes it, which says nothing of
// the data set.
func publishedConfig(name string, lines ...string) string {
	return "arch:\n  H_cycles: 3\n  H_layers: 4\n  L_cycles: 6\n  L_layers: 2\n  expansion: 4\n  forward_dtype: bfloat16\n" +
		"  halt_exploration_prob: 0.1\n  halt_max_steps: 16\n  hidden_size: 512\n  loss:\n    loss_type: stablemax_cross_entropy\n    name: losses@ACTLossHead\n" +
		"  name: " + name + "\n  num_heads: 8\n  puzzle_emb_ndim: 512\n  " + strings.Join(lines, "\n  ") +
		"\nbeta1: 0.9\ncheckpoint_path: checkpoints/A long name that is\n  folded\ndata_paths:\n- data/sudoku\nevaluators: []\nlr: 0.0001\n"
}

func TestDetectPublished(t *testing.T) {
	const tiny = "recursive_reasoning.trm@TinyRecursiveReasoningModel_ACTV1"
	layered := func(cfg trm.Config) trm.Config { cfg.HLayers = 4; return cfg } // which TRM does not use
	maze := trm.Maze()
	maze.LCycles = 6
	hrmMaze := hrm.Maze()
	hrmMaze.HCycles, hrmMaze.LCycles, hrmMaze.LLayers = 3, 6, 2
	old := trm.SudokuAttention() // written before there were these settings
	old.HLayers = 4
	for name, c := range map[string]struct {
		cfg  reread.Config
		text string
	}{
		"mlp":        {layered(trm.SudokuMLP()), publishedConfig(tiny, "mlp_t: true", "no_ACT_continue: true", "pos_encodings: none", "puzzle_emb_len: 16")},
		"attention":  {layered(trm.SudokuAttention()), publishedConfig(tiny, "mlp_t: false", "pos_encodings: rope", "puzzle_emb_len: 16")},
		"by default": {old, publishedConfig(tiny, "pos_encodings: rope")},
		"maze":       {layered(maze), publishedConfig(tiny, "pos_encodings: rope", "puzzle_emb_len: 16")},
		"hrm":        {hrmMaze, publishedConfig("hrm.hrm_act_v1@HierarchicalReasoningModel_ACTV1", "pos_encodings: rope")},
		"hrm of TRM": {hrmMaze, publishedConfig("recursive_reasoning.hrm@HierarchicalReasoningModel_ACTV1", "pos_encodings: rope", "mlp_t: false")},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := reread.Detect(nameless(t, newModel(t, c.cfg), "_orig_mod.model.inner."), []byte(c.text))
			require.NoError(t, err)
			require.Equal(t, named(c.cfg), got)
		})
	}
}

// The little that weights leave open is enough.
func TestDetectFromShapes(t *testing.T) {
	const cycles, attention = "arch: {H_cycles: 3, L_cycles: 6, halt_max_steps: 16", ", num_heads: 8, pos_encodings: rope"
	mlp, learned := trm.SudokuMLP(), hrm.Sudoku()
	mlp.NumHeads, mlp.HaltExplorationProb, mlp.LossType = 0, 0, ""
	learned.PosEncodings, learned.HaltExplorationProb, learned.LossType, learned.HCycles, learned.LCycles = nn.PosLearned, 0, "", 3, 6
	wide := trm.SudokuAttention()
	wide.Expansion, wide.HaltExplorationProb, wide.LossType, wide.PuzzleEmbNDim, wide.PuzzleEmbLen, wide.NumPuzzleIdentifiers = 6, 0, "", 0, 0, 0
	other := trm.Config{Arch: smallArch()} // cells and tokens of no published task
	other.MLPT, other.PosEncodings, other.NumHeads, other.PuzzleEmbLen = true, nn.PosNone, 0, 16
	other.HCycles, other.LCycles, other.HLayers, other.HaltMaxSteps = 3, 6, 0, 16
	narrow := other
	narrow.IntermediateSize, narrow.SeqLen, narrow.PuzzleEmbLen = 40, 5, 5
	for name, c := range map[string]struct {
		cfg  reread.Config
		text string
	}{
		"mlp":                           {mlp, cycles + "}"},
		"learned positions":             {learned, cycles + ", num_heads: 8}"},
		"another expansion, no puzzles": {wide, cycles + attention + "}"},
		"another task":                  {other, cycles + "}"},
		"another width":                 {narrow, cycles + ", puzzle_emb_len: 5}"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := reread.Detect(nameless(t, newModel(t, c.cfg), ""), []byte(c.text))
			require.NoError(t, err)
			require.Equal(t, c.cfg, got)
		})
	}
}

func TestDetectErrors(t *testing.T) {
	mlp, attention := nameless(t, newModel(t, trm.SudokuMLP()), ""), nameless(t, newModel(t, trm.Config{Arch: smallArch()}), "")
	for _, c := range []struct {
		f    tensor.Source
		text string
		says string
	}{
		{mlp, "", ": H_cycles, L_cycles, halt_max_steps do not show in the weights; give them under arch in an all_config.yaml beside the file"},
		{attention, "", ": H_cycles, L_cycles, num_heads, pos_encodings, halt_max_steps, seq_len do not show"},
		{attention, "arch: {H_cycles: 1, L_cycles: 1, halt_max_steps: 2, num_heads: 3, pos_encodings: none}", ": seq_len do not show"},
		{tensor.NewSet("x", nil, nil), "", "seq_len, vocab_size, hidden_size do not show"},
		{tensor.NewSet("x", nil, []tensor.Entry{{Info: tensor.Info{Name: "puzzle_emb.weights", Shape: []int{3, 5}}}}), "", "vocab_size, hidden_size do not show"},
		{nil, "", "there are no tensors to read"},
		{mlp, "arch: [1]", "no settings under arch"},
		{mlp, "lr: 1", "no settings under arch"},
		{mlp, "arch: {", "line 1: a bracket is not closed"},
		{mlp, "arch: {H_cycles: many}", "arch: json: cannot unmarshal string"},
		{mlp, "arch: {H_cycles: 1.5}", "arch: json: cannot unmarshal number 1.5"},
		{mlp, "arch: {name: gru@GRU}", "the name of the model is gru@GRU, want that of a TRM or an HRM"},
		{mlp, "arch: {name: TinyRecursiveReasoningModel_ACTV1}", "the name of the model is"},
		{mlp, "arch: {name: recursive_reasoning.trm@TinyRecursiveReasoningModel_ACTV1, no_ACT_continue: false}", "Q-learning is not supported"},
		{mlp, "arch: {name: recursive_reasoning.hrm@HierarchicalReasoningModel_ACTV1, mlp_t: true}", "an HRM with token mixing is not supported"},
	} {
		var text []byte
		if c.text != "" {
			text = []byte(c.text)
		}
		_, err := reread.Detect(c.f, text)
		require.ErrorContains(t, err, c.says)
		require.Equal(t, strings.Contains(c.says, "do not show"), errors.Is(err, reread.ErrNoConfig), "%v", err)
		if c.text == "" {
			_, err := reread.Read(c.f, nil)
			require.ErrorContains(t, err, c.says)
		}
	}
	_, err := reread.AllConfig(trm.Config{})
	require.ErrorContains(t, err, "seq_len is 0")
	_, err = reread.AllConfig(custom{})
	require.ErrorContains(t, err, `no place for a model of kind "custom"`)
}

// custom is a design of its own.
type custom struct{ trm.Config }

func (custom) Design() (*nn.Design, error) {
	d, err := trm.Config{Arch: smallArch()}.Design()
	d.Kind = "custom"
	return d, err
}

// A model is the same from every kind of file.
func TestLoad(t *testing.T) {
	for name, m := range models(t) {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			ours, theirs := filepath.Join(dir, "m.safetensors"), filepath.Join(dir, "step_7")
			require.NoError(t, m.Save(ours))
			require.NoError(t, torch.WriteFile(theirs, m.StateTensors()))
			cfg := m.Config().(reread.Config)
			_, err := reread.Load(theirs)
			require.ErrorIs(t, err, reread.ErrNoConfig)
			require.ErrorContains(t, err, theirs+": reread: ")

			text, err := reread.AllConfig(cfg)
			require.NoError(t, err)
			allConfig := filepath.Join(dir, reread.AllConfigName)
			require.NoError(t, os.WriteFile(allConfig, text, 0o666))
			for _, path := range []string{ours, theirs} {
				back, err := reread.Load(path)
				require.NoError(t, err)
				require.Equal(t, m.State(), back.State())
				require.Equal(t, m.Kind(), back.Kind())
				require.Equal(t, named(cfg), named(back.Config().(reread.Config)))
			}

			require.NoError(t, os.WriteFile(allConfig, []byte("arch: ["), 0o666))
			_, err = reread.Load(theirs)
			require.ErrorContains(t, err, theirs+": "+allConfig+": reread: line 1")
			_, err = reread.Load(ours)
			require.NoError(t, err, "a file that says itself what it is needs none")
			require.NoError(t, os.WriteFile(allConfig, []byte(strings.Repeat("#", 2<<20)), 0o666))
			_, err = reread.Load(theirs)
			require.ErrorContains(t, err, "more than 1048576 bytes")
		})
	}
}

// One row of the puzzle embedding is enough for one puzzle.
func TestReadSelectedRows(t *testing.T) {
	m := models(t)["hrm"]
	rng := rand.New(rand.NewPCG(7, 8))
	for i := range m.PuzzleTable().Weights {
		m.PuzzleTable().Weights[i] = float32(rng.NormFloat64())
	}
	path := filepath.Join(t.TempDir(), "step_7")
	require.NoError(t, torch.WriteFile(path, m.StateTensors()))
	f, err := reread.Open(path)
	require.NoError(t, err)
	defer f.Close()
	one, err := f.SelectPuzzles([]int32{2}, 0)
	require.NoError(t, err)
	cfg := m.Config().(hrm.Config)
	cfg.NumPuzzleIdentifiers = 1 // which a file of PyTorch does not say
	part, err := reread.Read(one, cfg)
	require.NoError(t, err)
	p := puzzles(1)[0]
	p.ID = 2
	want := byHand(t, m, p, reread.Options{})
	p.ID = 0
	require.Equal(t, want, byHand(t, part, p, reread.Options{}))

	// A file of this library says how many rows there are.
	path = filepath.Join(t.TempDir(), "model.safetensors")
	require.NoError(t, m.Save(path))
	own, err := reread.Open(path)
	require.NoError(t, err)
	defer own.Close()
	two, err := own.SelectPuzzles([]int32{2, 0}, 1)
	require.NoError(t, err)
	found, err := two.Config()
	require.NoError(t, err)
	cfg.NumPuzzleIdentifiers = 3
	require.Equal(t, cfg, found)
	part, err = reread.Read(two, nil)
	require.NoError(t, err)
	require.Equal(t, want, byHand(t, part, p, reread.Options{}))
	_, err = own.SelectPuzzles([]int32{-1}, 0)
	require.ErrorContains(t, err, "reread: nn: puzzle identifier -1")
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	_, err := reread.Open(filepath.Join(dir, "absent"))
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = reread.Open(dir)
	require.ErrorContains(t, err, "not a regular file")
	for _, c := range []struct {
		content, says string
		is            error
	}{
		{"", "an empty file", safetensors.ErrInvalid},
		{"<html>", "an HTML page", safetensors.ErrInvalid},
		{"PK\x05\x06" + strings.Repeat("\x00", 18), "zip archive without", torch.ErrInvalid},
		{"PK\x03\x04", "it is cut off or damaged", torch.ErrInvalid},
		{"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.", "a PyTorch checkpoint of the old kind", torch.ErrInvalid},
	} {
		path := filepath.Join(dir, "file")
		require.NoError(t, os.WriteFile(path, []byte(c.content), 0o666))
		_, err := reread.Open(path)
		require.ErrorIs(t, err, c.is)
		require.ErrorContains(t, err, path)
		require.ErrorContains(t, err, c.says)
	}

	// A header whose length has the first two bytes of a zip archive.
	path := filepath.Join(dir, "file")
	require.NoError(t, safetensors.WriteFile(path, map[string]string{"": strings.Repeat("x", 0x4b50-len(`{"__metadata__":{"":""}}`))}, nil))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "PK\x00\x00\x00\x00\x00\x00{", string(text[:9]))
	f, err := reread.Open(path)
	require.NoError(t, err)
	require.NoError(t, f.Close())
}
