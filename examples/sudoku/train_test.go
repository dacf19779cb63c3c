package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/internal/machine"
	"github.com/rereadml/reread/internal/trainrun"
	"github.com/rereadml/reread/nn"
)

func read(t *testing.T, folder, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(folder, name))
	require.NoError(t, err)
	return b
}

// interrupter cancels a context when something is written to it.
type interrupter struct{ cancel func() }

func (w interrupter) Write(b []byte) (int, error) {
	if bytes.HasPrefix(b, []byte("step ")) {
		w.cancel()
	}
	return len(b), nil
}

func TestTrainResume(t *testing.T) {
	for _, model := range []string{"trm", "hrm"} {
		t.Run(model, func(t *testing.T) {
			puzzles := writePuzzles(t, "3")
			whole, parts := t.TempDir(), filepath.Join(t.TempDir(), "new", "folder")
			args := []string{"train", "-model", model, "-data", puzzles, "-batch", "2", "-steps", "3", "-seed", "11", "-out"}
			r := call(t, "", append(args, whole)...)
			require.Zero(t, r.code, r.stderr)
			require.Contains(t, r.stdout, "saved step 3 of 3")

			// The first report of progress, after one step, is the signal.
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var stdout bytes.Buffer
			require.Equal(t, 130, run(ctx, append(args, parts), nil, &stdout, interrupter{cancel}))
			require.Contains(t, stdout.String(), "saved step 1 of 3")
			require.Contains(t, stdout.String(), "-resume -out "+parts)

			r = call(t, "", "train", "-resume", "-out", parts, "-steps", "3", "-workers", "2")
			require.Zero(t, r.code, r.stderr)
			for _, name := range []string{trainrun.CheckpointFile, trainrun.ModelFile, trainrun.ConfigFile} {
				require.Equal(t, read(t, whole, name), read(t, parts, name), name)
			}

			r = call(t, "", "eval", "-data", puzzles, "-steps", "1", "-weights", filepath.Join(parts, trainrun.ModelFile))
			require.Zero(t, r.code, r.stderr)
		})
	}
}

func TestTrainGenerated(t *testing.T) {
	out := t.TempDir()
	args := []string{"train", "-generate", "2", "-batch", "2", "-steps", "2", "-out", out}
	r := call(t, "", append(args, "-eval", writePuzzles(t, "2"), "-eval-every", "1ns", "-save-every", "1ns")...)
	require.Zero(t, r.code, r.stderr)
	require.FileExists(t, filepath.Join(out, puzzlesFile))

	names := map[string]int{}
	for line := range strings.Lines(string(read(t, out, trainrun.LogFile))) {
		var object map[string]float64
		require.NoError(t, json.Unmarshal([]byte(line), &object))
		for name := range object {
			names[name]++
		}
	}
	require.Equal(t, 2, names["train/lm_loss"], "one at each save")
	require.Equal(t, 2, names["all/exact_accuracy"], "one at each step, the last included")
	require.Equal(t, 2, names["trained/exact_accuracy"])
	require.Contains(t, r.stderr, "evaluation at step 2: ")
	require.FileExists(t, filepath.Join(out, bestFile))
	require.Contains(t, string(read(t, out, curveFile)), "held-out puzzles")
	require.Equal(t, names["step"], names["elapsed"])

	before := read(t, out, trainrun.CheckpointFile)
	r = call(t, "", args...)
	require.Equal(t, 2, r.code)
	require.Contains(t, r.stderr, "-resume")
	require.Equal(t, before, read(t, out, trainrun.CheckpointFile))
}

// TestTrainFastest has a run settle which precision is the fastest once and for all.
func TestTrainFastest(t *testing.T) {
	want, err := nn.Fastest.Resolve()
	require.NoError(t, err)
	out := t.TempDir()
	args := []string{"-data", writePuzzles(t, "1"), "-batch", "1", "-time", "1ns", "-out", out, "-precision", "fastest"}
	r := call(t, "", append([]string{"train"}, args...)...)
	require.Zero(t, r.code, r.stderr)
	begun, err := trainrun.Settings[settings](out)
	require.NoError(t, err)
	require.Equal(t, want, begun.Train.Precision)

	r = call(t, "", append([]string{"train", "-resume"}, args...)...)
	require.Zero(t, r.code, r.stderr)
	r = call(t, "", "train", "-resume", "-out", out, "-precision", "int8")
	require.Equal(t, 2, r.code)
	require.Contains(t, r.stderr, "other settings than -precision")
}

func TestTrainTimeLimit(t *testing.T) {
	out := t.TempDir()
	r := call(t, "", "train", "-data", writePuzzles(t, "1"), "-batch", "1", "-time", "1ns", "-out", out)
	require.Zero(t, r.code, r.stderr)
	require.Contains(t, r.stdout, "to go on: sudoku train -resume -out "+out)
	require.FileExists(t, filepath.Join(out, trainrun.CheckpointFile))

	for flag, value := range map[string]string{
		"model": "hrm", "preset": "mlp", "batch": "2", "steps": "9", "lr": "0.5", "seed": "1", "generate": "3", "augment": "false", "extra-givens": "0.5", "wrong-values": "0.5", "weights": "pretrained/units.safetensors",
	} {
		r := call(t, "", "train", "-resume", "-out", out, "-"+flag+"="+value)
		require.Equal(t, 2, r.code, flag)
		require.Contains(t, r.stderr, "other settings than -"+flag)
		require.Contains(t, r.stderr, "sudoku train -weights "+filepath.Join(out, trainrun.ModelFile))
	}
	r = call(t, "", "train", "-resume", "-out", out, "-data", writePuzzles(t, "2"))
	require.Equal(t, 2, r.code)
	require.Contains(t, r.stderr, "not the puzzles")
}

func TestTrainBadInput(t *testing.T) {
	puzzles, out := writePuzzles(t, "1"), t.TempDir()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-data", puzzles}, "-out"},
		{[]string{"-out", out}, "-data"},
		{[]string{"-out", out, "-data", puzzles, "-generate", "3"}, "-generate"},
		{[]string{"-out", out, "-data", "no/such/file"}, "no/such/file"},
		{[]string{"-out", out, "-resume"}, "nothing to resume"},
		{[]string{"-out", out, "-data", puzzles, "-model", "gru"}, `"gru"`},
		{[]string{"-out", out, "-data", puzzles, "-preset", "sudoku"}, "small, units, mlp, attention"},
		{[]string{"-out", out, "-data", puzzles, "-batch", "0"}, "batch"},
		{[]string{"-out", out, "-data", puzzles, "-batch", "-1"}, "batch"},
		{[]string{"-out", out, "-data", puzzles, "-extra-givens", "0.6", "-wrong-values", "0.5"}, "at most 1 together"},
		{[]string{"-out", out, "-data", puzzles, "-lr", "-1"}, "lr"},
		{[]string{"-out", out, "-data", puzzles, "-lr", "0"}, "lr is 0"},
		{[]string{"-out", out, "-data", puzzles, "-lr", "NaN"}, "lr is NaN"},
		{[]string{"-out", out, "-data", puzzles, "-lr", "Inf"}, "lr is +Inf"},
		{[]string{"-out", out, "-data", puzzles, "-eval", "no/such/file"}, "no/such/file"},
		{[]string{"-out", out, "-data", puzzles, "-data", "no/such/file"}, "no/such/file"},
		{[]string{"-out", out, "-data", ""}, "empty"},
		{[]string{"-out", out, "-data", puzzles, "-weights", "no/such/file"}, "no/such/file"},
		{[]string{"-out", out, "-data", puzzles, "-weights", puzzles}, "puzzles.csv"},
		{[]string{"-out", out, "-data", puzzles, "-weights", "pretrained/units.safetensors", "-model", "hrm"}, "is a trm, not a hrm"},
		{[]string{"-out", out, "-data", puzzles, "-weights", "pretrained/units.safetensors", "-preset", "mlp"}, "is not that of preset mlp"},
		{[]string{"-out", out, "-data", puzzles, "-anneal"}, "-anneal needs -time"},
		{[]string{"-out", out, "-data", puzzles, "-anneal", "-time", "1s", "-steps", "3"}, "-steps"},
		{[]string{"-out", out, "-resume", "-anneal", "-time", "1s"}, "-resume"},
		{[]string{"-out", out, "-data", puzzles, "-save-every", "0s"}, "-save-every"},
		{[]string{"-out", out, "-data", puzzles, "-time", "-1s"}, "-time"},
		{[]string{"-out", puzzles, "-data", puzzles}, "puzzles.csv"},
	} {
		r := call(t, "", append([]string{"train"}, c.args...)...)
		require.Equal(t, 2, r.code, r.stderr)
		require.Contains(t, r.stderr, c.want)
	}
	if have := machine.Memory(); have > 0 && have < 400e9 {
		r := call(t, "", "train", "-out", out, "-data", puzzles, "-batch", "1048576", "-preset", "mlp")
		require.Equal(t, 2, r.code)
		require.Contains(t, r.stderr, "would fit")
	}
	entries, err := os.ReadDir(out)
	require.NoError(t, err)
	require.Empty(t, entries, "bad input leaves nothing behind")
}
