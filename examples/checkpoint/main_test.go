package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/trm"
)

// result is what a call of the program leaves.
type result struct {
	code           int
	stdout, stderr string
}

func call(args ...string) result {
	var stdout, stderr bytes.Buffer
	code := run(args, &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

// saved writes a small model and returns its path.
func saved(t *testing.T, dir string) (*nn.Model, string) {
	t.Helper()
	m, err := trm.New(trm.Config{Arch: nn.Arch{
		SeqLen: 16, VocabSize: 5, NumPuzzleIdentifiers: 2, PuzzleEmbNDim: 12,
		HiddenSize: 12, Expansion: 4, NumHeads: 3, LLayers: 1, HCycles: 2, LCycles: 2, PosEncodings: nn.PosRoPE, HaltMaxSteps: 4,
		LossType: nn.LossStablemax,
	}}, rand.New(rand.NewPCG(1, 2)))
	require.NoError(t, err)
	path := filepath.Join(dir, "m.safetensors")
	require.NoError(t, m.Save(path))
	return m, path
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{"help"}, {"-h"}, {"--help"}} {
		r := call(args...)
		require.Equal(t, result{0, usage, ""}, r)
	}
	require.Equal(t, 2, call().code)
	r := call("nonsense")
	require.Equal(t, result{2, "", `checkpoint: unknown command "nonsense"; "checkpoint help" shows those that there are` + "\n"}, r)
	for command, files := range map[string][]string{"info": nil, "convert": {"one"}, "diff": {"one", "two", "three"}} {
		r := call(command, "-h")
		require.Zero(t, r.code)
		require.Contains(t, r.stdout, "usage: checkpoint "+command)
		require.Empty(t, r.stderr)
		r = call(command, "-nonsense")
		require.Equal(t, 2, r.code)
		require.Contains(t, r.stderr, `not defined: -nonsense; "checkpoint `+command+` -h" shows`)
		r = call(append([]string{command}, files...)...)
		require.Equal(t, 2, r.code)
		require.Contains(t, r.stderr, "files; ")
		absent := filepath.Join(t.TempDir(), "absent")
		r = call(command, absent, absent)
		require.Equal(t, 2, r.code)
		require.Contains(t, r.stderr, absent)
	}
}

// From one format to the other and back nothing is lost.
func TestConvert(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	m, ours := saved(t, dir)
	theirs, back := filepath.Join(other, "step_7"), filepath.Join(other, "back.safetensors")
	allConfig := filepath.Join(other, reread.AllConfigName)
	require.Equal(t, result{0, "wrote " + theirs + "\nwrote " + allConfig + "\n", ""}, call("convert", ours, theirs))
	require.Equal(t, result{0, "wrote " + back + "\n", ""}, call("convert", theirs, back))
	want, err := os.ReadFile(ours)
	require.NoError(t, err)
	got, err := os.ReadFile(back)
	require.NoError(t, err)
	require.True(t, bytes.Equal(want, got))
	require.Equal(t, result{0, "wrote " + theirs + "\nkept " + allConfig + "\n", ""}, call("convert", ours, theirs))

	bare := filepath.Join(other, "bare.safetensors")
	require.Zero(t, call("convert", "-prefix", "", theirs, bare).code)
	f, err := reread.Open(bare)
	require.NoError(t, err)
	defer f.Close()
	_, ok := f.Info("H_init")
	require.True(t, ok)
	loaded, err := reread.Load(bare)
	require.NoError(t, err)
	require.Equal(t, m.State(), loaded.State())

	// Without its configuration a file is converted all the same, which is said.
	require.NoError(t, os.Remove(allConfig))
	r := call("convert", theirs, back)
	require.Zero(t, r.code)
	require.Contains(t, r.stdout, "note: reread: the file does not say what model it holds: H_cycles")
	require.Contains(t, r.stdout, "named by -config")

	settings := filepath.Join(dir, "settings.yaml")
	require.NoError(t, os.WriteFile(settings, []byte("arch: {H_cycles: 2, L_cycles: 2, num_heads: 3, pos_encodings: rope, halt_max_steps: 4, seq_len: 16, puzzle_emb_len: 1}"), 0o666))
	require.Zero(t, call("convert", "-config", settings, theirs, back).code)
	loaded, err = reread.Load(back)
	require.NoError(t, err)
	require.Equal(t, m.State(), loaded.State())

	// What the file says beside the tensors stays, and -config says it better.
	stored, err := reread.Open(ours)
	require.NoError(t, err)
	defer stored.Close()
	meta := stored.Metadata()
	meta["note"] = "kept"
	require.NoError(t, safetensors.WriteFile(bare, meta, m.StateTensors()))
	require.NoError(t, os.WriteFile(settings, []byte("arch: {H_cycles: 3, L_cycles: 2, num_heads: 3, pos_encodings: rope, halt_max_steps: 4, seq_len: 16, puzzle_emb_len: 1}"), 0o666))
	require.Zero(t, call("convert", "-config", settings, bare, back).code)
	changed, err := reread.Open(back)
	require.NoError(t, err)
	defer changed.Close()
	require.Equal(t, "kept", changed.Metadata()["note"])
	cfg, err := changed.Config()
	require.NoError(t, err)
	require.Equal(t, 3, cfg.(trm.Config).HCycles)

	require.NoError(t, os.WriteFile(settings, []byte("arch: {H_cycles: 2}"), 0o666))
	r = call("convert", "-config", settings, theirs, back)
	require.Equal(t, 2, r.code)
	require.Contains(t, r.stderr, settings)
}

// An all_config.yaml of another model would be taken for that of the weights.
func TestConvertBesideAnotherModel(t *testing.T) {
	dir := t.TempDir()
	_, ours := saved(t, dir)
	output, allConfig := filepath.Join(dir, "step_7"), filepath.Join(dir, reread.AllConfigName)
	require.Zero(t, call("convert", ours, output).code)
	written, err := os.ReadFile(allConfig)
	require.NoError(t, err)
	require.NoError(t, os.Remove(output))
	for name, text := range map[string][]byte{
		"cycles": bytes.Replace(written, []byte("H_cycles: 2"), []byte("H_cycles: 3"), 1),
		"sizes":  bytes.Replace(written, []byte("hidden_size: 12"), []byte("hidden_size: 24"), 1),
		"broken": []byte("arch"),
	} {
		require.NotEqual(t, written, text, name)
		require.NoError(t, os.WriteFile(allConfig, text, 0o666))
		r := call("convert", ours, output)
		require.Equal(t, 2, r.code, name)
		require.Contains(t, r.stderr, allConfig+" is of another model", name)
		require.NoFileExists(t, output)
	}
	// What it says of the training run is no concern of the weights.
	require.NoError(t, os.WriteFile(allConfig, append(written, "epochs: 7\n"...), 0o666))
	require.Contains(t, call("convert", ours, output).stdout, "kept "+allConfig)
}

// Weights that the published code would take for those of another model are written
// with a note.
func TestConvertNotesUnpublishedSettings(t *testing.T) {
	m, err := trm.New(trm.Config{Arch: nn.Arch{
		SeqLen: 4, VocabSize: 3, HiddenSize: 4, Expansion: 1, NumHeads: 2, LLayers: 1, HCycles: 1, LCycles: 1, HaltMaxSteps: 2,
		PosEncodings: nn.PosNone, HeadGroups: []string{"row", "all"}, StateNoise: 0.5, Hypotheses: 0.5,
	}}, rand.New(rand.NewPCG(1, 2)))
	require.NoError(t, err)
	dir := t.TempDir()
	ours := filepath.Join(dir, "m.safetensors")
	require.NoError(t, m.Save(ours))
	r := call("convert", ours, filepath.Join(dir, "step_7"))
	require.Zero(t, r.code, r.stderr)
	require.Contains(t, r.stdout, "note: the published code does not know head_groups, hypotheses, state_noise\n")
}

func TestInfo(t *testing.T) {
	dir := t.TempDir()
	_, ours := saved(t, dir)
	theirs := filepath.Join(dir, "step_7")
	require.Zero(t, call("convert", ours, theirs).code)
	r := call("info", ours, theirs)
	require.Zero(t, r.code, r.stderr)
	for _, want := range []string{"file           " + ours, "file           " + theirs, "model          trm", `"seq_len":16`, "parameters     9938", "H_init  ", "BF16 [12]"} {
		require.Contains(t, r.stdout, want)
	}
	require.NoError(t, os.Remove(filepath.Join(dir, reread.AllConfigName)))
	r = call("info", theirs)
	require.Zero(t, r.code)
	require.Contains(t, r.stdout, "unknown: reread: the file does not say what model it holds: H_cycles, L_cycles")
	require.Contains(t, r.stdout, "embed_tokens.embedding_weight")
	page := filepath.Join(dir, "page")
	require.NoError(t, os.WriteFile(page, []byte("<html>"), 0o666))
	r = call("info", page)
	require.Equal(t, 2, r.code)
	require.Contains(t, r.stderr, "HTML")
}

func TestDiff(t *testing.T) {
	dir := t.TempDir()
	m, ours := saved(t, dir)
	theirs := filepath.Join(dir, "step_7")
	require.Zero(t, call("convert", "-prefix", "inner.", ours, theirs).code)
	r := call("diff", ours, theirs)
	require.Zero(t, r.code)
	require.Contains(t, r.stdout, "lm_head.weight")
	require.NotContains(t, r.stdout, "differs")

	write := func(tensors ...safetensors.Tensor) string {
		path := filepath.Join(dir, "other.safetensors")
		require.NoError(t, safetensors.WriteFile(path, nil, tensors))
		return path
	}
	bias := m.State()[1] // L_init
	require.Equal(t, "L_init", bias.Name)
	bias.Value.Data()[3] += 0.5
	state := m.StateTensors()
	r = call("diff", ours, write(append(state, safetensors.Int32("ids", []int{1}, []int32{1}))...))
	require.Equal(t, 1, r.code)
	require.Empty(t, r.stderr)
	require.Regexp(t, `L_init +differs by 0\.5 at most, at number 3\n`, r.stdout)
	require.Regexp(t, `ids +only in .*other\.safetensors\n`, r.stdout)
	r = call("diff", ours, write(state[1:]...))
	require.Equal(t, 1, r.code)
	require.Regexp(t, `H_init +only in .*m\.safetensors\n`, r.stdout)

	one := func(t safetensors.Tensor) string { return write(t) }
	first := filepath.Join(dir, "first.safetensors")
	for _, c := range []struct {
		a, b safetensors.Tensor
		says string
		code int
	}{
		{safetensors.Float32("x", []int{2}, []float32{1, 2}), safetensors.BFloat16("x", []int{2}, []float32{1, 2}), "equal numbers of types F32 and BF16", 1},
		{safetensors.Float32("x", []int{2}, []float32{1, 2}), safetensors.Float32("x", []int{2, 1}, []float32{1, 2}), "shapes [2] and [2 1]", 1},
		{safetensors.Int32("x", []int{2}, []int32{1, 2}), safetensors.Int32("x", []int{2}, []int32{1, 2}), "equal", 0},
		{safetensors.Int32("x", []int{2}, []int32{1, 2}), safetensors.Int32("x", []int{2}, []int32{1, 3}), "differs", 1},
		{safetensors.Int32("x", []int{2}, []int32{1, 2}), safetensors.Int64("x", []int{2}, []int64{1, 2}), "types I32 and I64", 1},
		{safetensors.Float32("x", nil, []float32{1}), safetensors.Float32("x", nil, []float32{1}), "equal", 0},
		{safetensors.Float32("x", []int{100_000}, make([]float32, 100_000)), safetensors.Float32("x", []int{100_000}, append(make([]float32, 99_999), -3)), "differs by 3 at most, at number 99999", 1},
	} {
		require.NoError(t, safetensors.WriteFile(first, nil, []safetensors.Tensor{c.a}))
		r := call("diff", first, one(c.b))
		require.Equal(t, c.code, r.code, c.says)
		require.Equal(t, "x  "+c.says+"\n", r.stdout)
	}
	r = call("diff", ours, write(safetensors.Float32("x", nil, []float32{1}), safetensors.Float32("inner.x", nil, []float32{1})))
	require.Equal(t, 2, r.code)
	require.Contains(t, r.stderr, "are the same weight")
}
