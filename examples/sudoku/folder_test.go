package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/internal/trainrun"
	"github.com/rereadml/reread/tensor/safetensors"
)

// short are the arguments of a run of two steps.
func short(data, out string, more ...string) []string {
	return append([]string{"train", "-data", data, "-batch", "1", "-steps", "2", "-out", out}, more...)
}

func logLines(t *testing.T, folder string) []map[string]float64 {
	t.Helper()
	var lines []map[string]float64
	for line := range strings.Lines(string(read(t, folder, trainrun.LogFile))) {
		var object map[string]float64
		require.NoError(t, json.Unmarshal([]byte(line), &object), line)
		lines = append(lines, object)
	}
	return lines
}

// TestFreeFolders: what a run left that has no checkpoint is no obstacle, and
// what is not of a run is not lost.
func TestFreeFolders(t *testing.T) {
	const ours = `{"model":"trm","digest":"sha256:00"}`
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string // in the error; empty: a run may begin
	}{
		{"empty", nil, ""},
		{"other files", map[string]string{"notes.txt": "x"}, ""},
		{"begun", map[string]string{trainrun.ConfigFile: ours, puzzlesFile: "x", trainrun.LogFile: "{", trainrun.LockFile: ""}, ""},
		{"locked only", map[string]string{trainrun.LockFile: ""}, ""},
		{"a run", map[string]string{trainrun.CheckpointFile: "x", trainrun.ConfigFile: ours}, "holds a run already"},
		{"weights", map[string]string{trainrun.ModelFile: "x", trainrun.ConfigFile: ours}, trainrun.ModelFile},
		{"best weights", map[string]string{bestFile: "x", trainrun.ConfigFile: ours}, bestFile},
		{"other puzzles", map[string]string{puzzlesFile: "x"}, puzzlesFile},
		{"another log", map[string]string{trainrun.LogFile: "x"}, trainrun.LogFile},
		{"another picture", map[string]string{curveFile: "x"}, curveFile},
		{"another table", map[string]string{tableFile: "x"}, tableFile},
		{"another program's", map[string]string{trainrun.ConfigFile: `{"model":"trm"}`}, trainrun.ConfigFile},
		{"not JSON", map[string]string{trainrun.ConfigFile: "model: trm"}, trainrun.ConfigFile},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := runFolder(t.TempDir())
			for name, text := range c.files {
				require.NoError(t, os.WriteFile(f.file(name), []byte(text), 0o666))
			}
			err := f.checkFree()
			if c.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, c.want)
			}
		})
	}
	require.NoError(t, runFolder(filepath.Join(t.TempDir(), "new")).checkFree())
}

func TestTrainBeginsAgain(t *testing.T) {
	puzzles, whole, out := writePuzzles(t, "2"), t.TempDir(), t.TempDir()
	require.Zero(t, call(t, "", short(puzzles, whole)...).code)
	require.Zero(t, call(t, "", short(puzzles, out, "-seed", "5")...).code)
	require.NoError(t, os.Remove(filepath.Join(out, trainrun.CheckpointFile)))
	require.NoError(t, os.Remove(filepath.Join(out, trainrun.ModelFile)))

	r := call(t, "", short(puzzles, out)...)
	require.Zero(t, r.code, r.stderr)
	require.Equal(t, read(t, whole, trainrun.CheckpointFile), read(t, out, trainrun.CheckpointFile))
	require.Equal(t, read(t, whole, trainrun.ConfigFile), read(t, out, trainrun.ConfigFile))
	require.Len(t, logLines(t, out), len(logLines(t, whole)), "nothing of the first run")
}

func TestTrainLocked(t *testing.T) {
	out := t.TempDir()
	require.Zero(t, call(t, "", short(writePuzzles(t, "1"), out, "-time", "1ns")...).code)
	before := read(t, out, trainrun.CheckpointFile)
	l, err := trainrun.Lock(out)
	require.NoError(t, err)
	r := call(t, "", "train", "-resume", "-out", out)
	require.Equal(t, 2, r.code)
	require.Contains(t, r.stderr, fmt.Sprintf("process %d on ", os.Getpid()))
	require.Equal(t, before, read(t, out, trainrun.CheckpointFile))
	require.Contains(t, call(t, "", "info", out).stdout, fmt.Sprintf("at work: process %d on ", os.Getpid()))

	require.NoError(t, l.Release())
	r = call(t, "", "train", "-resume", "-out", out)
	require.Zero(t, r.code, r.stderr)
}

func TestMovedFolder(t *testing.T) {
	parent := t.TempDir()
	old, moved := filepath.Join(parent, "old"), filepath.Join(parent, "moved")
	args := []string{"train", "-generate", "2", "-batch", "1", "-steps", "2", "-time", "1ns", "-out", old}
	require.Zero(t, call(t, "", args...).code)
	require.NoError(t, os.Rename(old, moved))
	r := call(t, "", "train", "-resume", "-time", "1ns", "-out", moved)
	require.Zero(t, r.code, r.stderr)

	// A new place of the puzzles is kept. Its name has a comma.
	other := filepath.Join(parent, "a,b.csv")
	require.NoError(t, os.Rename(filepath.Join(moved, puzzlesFile), other))
	require.Equal(t, 2, call(t, "", "train", "-resume", "-out", moved).code)
	r = call(t, "", "train", "-resume", "-time", "1ns", "-out", moved, "-data", other)
	require.Zero(t, r.code, r.stderr)
	r = call(t, "", "train", "-resume", "-out", moved)
	require.Zero(t, r.code, r.stderr)
	require.Contains(t, r.stdout, "saved step 2 of 2")
}

// TestLogGoesOn: each step is in the log once, and time does not begin anew.
func TestLogGoesOn(t *testing.T) {
	out := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	args := []string{"train", "-data", writePuzzles(t, "2"), "-batch", "1", "-steps", "12", "-out", out}
	require.Equal(t, 130, run(ctx, args, nil, io.Discard, interrupter{cancel}))
	before := logLines(t, out)
	require.Len(t, before, 1)
	require.Equal(t, 1.0, before[0]["step"])
	log := append(read(t, out, trainrun.LogFile), `{"step":11,"elapsed":99}`+"\n"+`{"step":12,"el`...)
	require.NoError(t, os.WriteFile(filepath.Join(out, trainrun.LogFile), log, 0o666))

	r := call(t, "", "train", "-resume", "-save-every", "50ms", "-out", out)
	require.Zero(t, r.code, r.stderr)
	lines := logLines(t, out)
	require.Equal(t, before, lines[:len(before)])
	require.Equal(t, 12.0, lines[len(lines)-1]["step"])
	for i := range lines[1:] {
		require.Greater(t, lines[i+1]["step"], lines[i]["step"])
		require.Greater(t, lines[i+1]["elapsed"], lines[i]["elapsed"])
		require.Less(t, lines[i+1]["elapsed"], 90.0)
	}
}

func TestEvaluationAtTheEndOfTime(t *testing.T) {
	out := t.TempDir()
	puzzles := writePuzzles(t, "1")
	r := call(t, "", "train", "-data", puzzles, "-batch", "1", "-time", "3s", "-eval", puzzles, "-out", out)
	require.Zero(t, r.code, r.stderr)
	lines := logLines(t, out)
	last := lines[len(lines)-1]
	for _, name := range []string{"all/exact_accuracy", "all/accuracy", "all/steps", "trained/exact_accuracy", "trained/accuracy"} {
		require.Contains(t, last, name)
	}
	require.Contains(t, r.stderr, "not averaged")

	// best.safetensors says what it is the best of.
	f, err := safetensors.Open(filepath.Join(out, bestFile))
	require.NoError(t, err)
	defer f.Close()
	var best score
	require.NoError(t, json.Unmarshal([]byte(f.Metadata()[metaScore]), &best))
	require.Equal(t, last["step"], float64(best.Step))
	require.Equal(t, last["all/accuracy"], best.Cell)
	require.Zero(t, call(t, "", "solve", "-weights", filepath.Join(out, bestFile), "-steps", "1", "-format", "line", puzzles).code&2)
}

func TestBetter(t *testing.T) {
	best := score{Exact: 0.5, Cell: 0.7, Puzzles: "a"}
	for _, c := range []struct {
		s    score
		want bool
	}{
		{score{Exact: 0.6, Cell: 0.1, Puzzles: "a"}, true},
		{score{Exact: 0.5, Cell: 0.71, Puzzles: "a"}, true},
		{score{Exact: 0.5, Cell: 0.7, Puzzles: "a"}, false},
		{score{Exact: 0.4, Cell: 0.9, Puzzles: "a"}, false},
		{score{Exact: 0.1, Puzzles: "b"}, true},
	} {
		require.Equal(t, c.want, c.s.better(&best), c.s)
	}
}

// TestTrainFromWeights begins with the weights of another run, which it does
// not need again.
func TestTrainFromWeights(t *testing.T) {
	puzzles, first, second := writePuzzles(t, "1"), t.TempDir(), t.TempDir()
	require.Zero(t, call(t, "", short(puzzles, first)...).code)
	for _, name := range []string{trainrun.ModelFile, trainrun.CheckpointFile} {
		weights := filepath.Join(first, name)
		out := filepath.Join(second, name)
		r := call(t, "", short(puzzles, out, "-weights", weights, "-time", "1ns")...)
		require.Zero(t, r.code, r.stderr)
		require.Equal(t, tensors(t, weights), tensors(t, filepath.Join(out, trainrun.CheckpointFile)), "at step 0")
		require.NoError(t, os.Rename(weights, weights+".old"), "no longer needed")
		r = call(t, "", "train", "-resume", "-out", out)
		require.Zero(t, r.code, r.stderr)
		require.Contains(t, call(t, "", "info", out).stdout, "begun from     "+weights)
	}
}

// tensors returns the weights in a file.
func tensors(t *testing.T, path string) map[string][]float32 {
	t.Helper()
	f, err := reread.Open(path)
	require.NoError(t, err)
	defer f.Close()
	cfg, err := f.Config()
	require.NoError(t, err)
	m, err := readModel(f, cfg)
	require.NoError(t, err)
	out := map[string][]float32{}
	for _, s := range m.State() {
		out[s.Name] = s.Value.Data()
	}
	return out
}

// TestTrainOnDataSet trains on a data set folder as on the CSV file of the same
// puzzles.
func TestTrainOnDataSet(t *testing.T) {
	file, set := writePuzzles(t, "3"), t.TempDir()
	puzzles, err := sudoku.LoadCSV(file)
	require.NoError(t, err)
	require.NoError(t, data.WriteFolder(set, "train", sudoku.FolderContents(puzzles)))
	split := filepath.Join(set, "train")

	fromFile, fromSet := t.TempDir(), t.TempDir()
	require.Zero(t, call(t, "", short(file, fromFile, "-augment=false", "-eval", file)...).code)
	r := call(t, "", short(split, fromSet, "-augment=false", "-time", "1ns")...)
	require.Zero(t, r.code, r.stderr)
	r = call(t, "", "train", "-resume", "-out", fromSet, "-eval", split)
	require.Zero(t, r.code, r.stderr)
	for _, name := range []string{trainrun.CheckpointFile, bestFile} {
		require.True(t, bytes.Equal(read(t, fromFile, name), read(t, fromSet, name)), name)
	}
	r = call(t, "", "train", "-data", set, "-out", t.TempDir())
	require.Equal(t, 2, r.code)
	require.Contains(t, r.stderr, split)
}

func TestTrainAnneal(t *testing.T) {
	out := t.TempDir()
	r := call(t, "", "train", "-data", writePuzzles(t, "1"), "-batch", "1", "-time", "3s", "-anneal", "-out", out)
	require.Zero(t, r.code, r.stderr)
	var s settings
	require.NoError(t, json.Unmarshal(read(t, out, trainrun.ConfigFile), &s))
	require.Contains(t, r.stderr, fmt.Sprintf("%d steps fill 90 %% of 3s", s.Train.Steps))

	// The run is like any other of that many steps.
	again := t.TempDir()
	r = call(t, "", "train", "-data", s.Data[0], "-batch", "1", "-steps", fmt.Sprint(s.Train.Steps), "-time", "1ns", "-out", again)
	require.Zero(t, r.code, r.stderr)
	require.Equal(t, read(t, out, trainrun.ConfigFile), read(t, again, trainrun.ConfigFile))
}

func TestInfo(t *testing.T) {
	r := call(t, "", "info", "pretrained/units.safetensors")
	require.Zero(t, r.code, r.stderr)
	for _, want := range []string{"model          trm", `"hidden_size":64`, "parameters     119170", "lm_head.weight", "F32 [1 64]"} {
		require.Contains(t, r.stdout, want)
	}
	out, puzzles := t.TempDir(), writePuzzles(t, "1")
	require.Zero(t, call(t, "", short(puzzles, out, "-eval", puzzles)...).code)
	r = call(t, "", "info", out)
	require.Zero(t, r.code, r.stderr)
	for _, want := range []string{"step 2 of 2", "not running", puzzles, `"total_steps":2`, `{"step":2,"elapsed":`, "all/exact_accuracy"} {
		require.Contains(t, r.stdout, want)
	}
	r = call(t, "", "info", filepath.Join(out, trainrun.CheckpointFile))
	require.Zero(t, r.code, r.stderr)
	require.Contains(t, r.stdout, "step 2 of 2")
	require.NotContains(t, r.stdout, "adam")
	require.Contains(t, call(t, "", "info", filepath.Join(out, bestFile)).stdout, `evaluation     {"step":2,`)

	for _, args := range [][]string{{}, {"no/such/file"}, {t.TempDir()}, {puzzles}} {
		require.Equal(t, 2, call(t, "", append([]string{"info"}, args...)...).code, args)
	}
}
