package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

func TestTrain(t *testing.T) {
	for _, kind := range []string{hrm.Kind, trm.Kind} {
		dir := filepath.Join(t.TempDir(), "run")
		args := []string{"train", "-model", kind, "-out", dir, "-steps", "3", "-batch", "2", "-n", "2"}
		out, progress, status := runProgram(t, "", args...)
		require.Zero(t, status, progress)
		require.Contains(t, progress, "from step 0, in "+dir)
		require.Contains(t, progress, "step 3 of 3: loss ")
		require.Contains(t, out, "2 layouts of seed ")
		m, err := load("", filepath.Join(dir, modelName))
		require.NoError(t, err)
		require.Equal(t, kind, m.Kind())

		again, progress, status := runProgram(t, "", args...)
		require.Zero(t, status)
		require.Contains(t, progress, "from step 3, in ", "it was done")
		require.Equal(t, withoutTimes(out), withoutTimes(again))

		_, complaint, status := runProgram(t, "", append(args, "-batch", "4")...)
		require.Equal(t, 2, status)
		require.Contains(t, complaint, "the checkpoint is of a different run")
	}
}

// withoutTimes cuts the column of times off a table.
func withoutTimes(table string) (cut []string) {
	for line := range bytes.Lines([]byte(table)) {
		cut = append(cut, string(line[:min(len(line), 70)]))
	}
	return cut
}

// breaking is a context that ends at some call of Err.
type breaking struct {
	context.Context
	calls int
}

func (b *breaking) Err() error {
	if b.calls--; b.calls < 0 {
		return context.Canceled
	}
	return nil
}

// A run that is interrupted goes on to the bits of one that is not.
func TestTrainResumes(t *testing.T) {
	s, err := findPreset(hrm.Kind)
	require.NoError(t, err)
	s.train.Steps, s.train.BatchSize = 6, 2
	p := &program{stdout: io.Discard, stderr: io.Discard}
	whole, parts := t.TempDir(), t.TempDir()
	_, err = p.fit(t.Context(), &s, fresh(t, &s), whole)
	require.NoError(t, err)

	_, err = p.fit(&breaking{t.Context(), 3}, &s, fresh(t, &s), parts)
	require.Error(t, err)
	require.NoFileExists(t, filepath.Join(parts, modelName))
	var progress bytes.Buffer
	p.stderr = &progress
	_, err = p.fit(t.Context(), &s, fresh(t, &s), parts)
	require.NoError(t, err)
	require.Contains(t, progress.String(), "from step 3")
	require.Equal(t, contents(t, whole), contents(t, parts))
}

func fresh(t *testing.T, s *preset) *nn.Model {
	t.Helper()
	m, err := s.fresh()
	require.NoError(t, err)
	return m
}

func contents(t *testing.T, dir string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, modelName))
	require.NoError(t, err)
	return text
}

// A run that begins with the weights in the program, at hardly any rate, ends with
// nearly them.
func TestTrainFromWeights(t *testing.T) {
	before, err := load(trm.Kind, "")
	require.NoError(t, err)
	dir := t.TempDir()
	file := filepath.Join(dir, "before.safetensors")
	require.NoError(t, before.Save(file))
	_, progress, status := runProgram(t, "", "train", "-model", trm.Kind, "-weights", file, "-rate", "1e-6",
		"-out", dir, "-steps", "2", "-batch", "2", "-n", "1")
	require.Zero(t, status, progress)
	after, err := load("", filepath.Join(dir, modelName))
	require.NoError(t, err)
	require.InDeltaSlice(t, before.Params().Data(), after.Params().Data(), 1e-5)

	_, complaint, status := runProgram(t, "", "train", "-model", hrm.Kind, "-weights", file, "-out", t.TempDir())
	require.Equal(t, 2, status)
	require.Contains(t, complaint, "its model is not that of the preset hrm")
	for rate, says := range map[string]string{"0": "lr is 0", "-1": "lr is -0.002", "NaN": "lr is NaN"} {
		_, complaint, status = runProgram(t, "", "train", "-rate", rate, "-out", t.TempDir())
		require.Equal(t, 2, status)
		require.Contains(t, complaint, says)
	}
}

func TestTrainDamagedCheckpoint(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, checkpointName)
	require.NoError(t, os.WriteFile(file, []byte("no checkpoint"), 0o666))
	_, complaint, status := runProgram(t, "", "train", "-out", dir)
	require.Equal(t, 2, status)
	require.Contains(t, complaint, checkpointName)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "no checkpoint", string(text), "it is left as it is")
}

func TestProgressErrors(t *testing.T) {
	full := errors.New("disk full")
	p := &program{stderr: failing{full}}
	s, err := findPreset(hrm.Kind)
	require.NoError(t, err)
	s.train.Steps, s.train.BatchSize = 1, 1
	_, err = p.fit(t.Context(), &s, fresh(t, &s), t.TempDir())
	require.ErrorIs(t, err, full)
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
