package main

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/internal/trainrun"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/tensor/torch"
	"github.com/rereadml/reread/trm"
)

func pretrainedModel(t *testing.T) *nn.Model {
	t.Helper()
	m, err := new(modelFlags).load()
	require.NoError(t, err)
	return m
}

// TestWeightsThatSayNothing has a file of tensors alone, as weights are
// published.
func TestWeightsThatSayNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "weights")
	require.NoError(t, safetensors.WriteFile(path, nil, pretrainedModel(t).StateTensors()))
	solve := func(flags ...string) result {
		return call(t, "", append(append([]string{"solve", "-format", "line", "-weights", path}, flags...), puzzle)...)
	}
	require.Equal(t, result{0, answer + "\n", ""}, solve("-preset", "units"))
	require.Equal(t, result{0, answer + "\n", ""}, solve("-preset", "units", "-model", "trm"))
	for _, c := range []struct {
		flags []string
		want  string
	}{
		{nil, path + ": reread: the file does not say what model it holds: H_cycles, "},
		{nil, "beside the file; if it is one of the published models, say which by -preset"},
		{[]string{"-preset", "mlp"}, path + ": "},
		{[]string{"-preset", "small", "-model", "hrm"}, path + ": "},
		{[]string{"-preset", "large"}, "small, units, mlp, attention"},
		{[]string{"-preset", "small", "-model", "gru"}, `"gru"`},
		{[]string{"-model", "trm"}, "-preset"},
	} {
		r := solve(c.flags...)
		require.Equal(t, 2, r.code, c.flags)
		require.Contains(t, r.stderr, c.want)
		require.Empty(t, r.stdout)
	}
	// A file that says what it holds is taken at its word.
	require.Zero(t, call(t, "", "solve", "-weights", "pretrained/units.safetensors", "-preset", "mlp", puzzle).code)
	// The weights in the program say it too, but may be compared with others.
	puzzles := writePuzzles(t, "1")
	for _, args := range [][]string{{"solve", "-preset", "mlp", puzzle}, {"trace", "-preset", "mlp", puzzle}, {"eval", "-data", puzzles, "-preset", "mlp"}, {"export", "-preset", "mlp"}} {
		r := call(t, "", args...)
		require.Equal(t, result{2, "", "sudoku: -preset says what the file of -weights holds, which is missing\n"}, r)
	}
	require.Zero(t, call(t, "", "eval", "-data", puzzles, "-against", path, "-preset", "units").code)
}

// TestWeightsOfPyTorch has a checkpoint as the published training code leaves it:
// alone, for which -preset is, and with the settings of its run beside it.
func TestWeightsOfPyTorch(t *testing.T) {
	m, dir := pretrainedModel(t), t.TempDir()
	path := filepath.Join(dir, "step_7")
	require.NoError(t, torch.WriteFile(path, m.StateTensors()))
	puzzles := writePuzzles(t, "1")
	same := func(flags ...string) {
		t.Helper()
		flags = append(flags, "-weights", path)
		r := call(t, "", append(append([]string{"solve", "-format", "line"}, flags...), puzzle)...)
		require.Equal(t, result{0, answer + "\n", ""}, r)
		r = call(t, "", append([]string{"eval", "-data", puzzles, "-against", "pretrained/units.safetensors"}, flags...)...)
		require.Zero(t, r.code, r.stderr)
		require.Contains(t, r.stdout, "no difference shows")
	}
	same("-preset", "units")
	require.Contains(t, call(t, "", "info", path).stdout, "unknown: reread: the file does not say what model it holds: H_cycles")

	text, err := reread.AllConfig(m.Config().(reread.Config))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, reread.AllConfigName), text, 0o666))
	same()
	r := call(t, "", "info", path)
	require.Zero(t, r.code, r.stderr)
	require.Regexp(t, `parameters +119170\n`, r.stdout)

	// A run begins with them, of the preset that has this model.
	out := t.TempDir()
	r = call(t, "", "train", "-weights", path, "-data", puzzles, "-stage", "2", "-batch", "1", "-time", "1ns", "-out", out)
	require.Zero(t, r.code, r.stderr)
	require.Regexp(t, `preset +units\n`, call(t, "", "info", out).stdout)
	require.Equal(t, tensors(t, path), tensors(t, filepath.Join(out, trainrun.CheckpointFile)))
}

// TestBadWeights has every command name what is wrong with a file.
func TestBadWeights(t *testing.T) {
	dir := t.TempDir()
	save := func(name string, m *nn.Model) string {
		path := filepath.Join(dir, name)
		require.NoError(t, m.Save(path))
		return path
	}
	text := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o666))
		return path
	}
	broken := pretrainedModel(t)
	for _, tensor := range broken.State() {
		if tensor.Name == "lm_head.weight" {
			tensor.Value.Data()[3] = float32(math.NaN())
		}
	}
	other := trm.SudokuSmall()
	other.SeqLen, other.HeadGroups = 16, nil
	ofOther, err := trm.New(other, rand.New(rand.NewPCG(1, 2)))
	require.NoError(t, err)
	sets := trm.SudokuSmall()
	sets.Inputs = nn.InputSets
	ofSets, err := trm.New(sets, rand.New(rand.NewPCG(1, 2)))
	require.NoError(t, err)

	puzzles := writePuzzles(t, "1")
	for _, c := range []struct{ path, want string }{
		{save("nan", broken), `lm_head.weight": number 3 is NaN`},
		{save("other", ofOther), "a model of 16 cells and 11 tokens is not for Sudokus"},
		{save("sets", ofSets), "sets of tokens"},
		{text("page", "<!DOCTYPE html><html>"+puzzle), "HTML"},
		{text("pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 2113216\n"), "Git LFS"},
		{dir, "regular file"},
	} {
		for _, args := range [][]string{
			{"solve", "-weights", c.path, puzzle},
			{"eval", "-weights", c.path, "-data", puzzles},
			{"eval", "-against", c.path, "-data", puzzles},
			{"export", "-weights", c.path, "-o", filepath.Join(dir, "onnx")},
		} {
			r := call(t, "", args...)
			require.Equal(t, 2, r.code, args)
			require.Contains(t, r.stderr, c.path)
			require.Contains(t, r.stderr, c.want)
			require.Empty(t, r.stdout)
		}
	}
}
