package eval

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSaveAndLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "result")
	for seed := range uint64(2) { // the second replaces the first
		r := counted(t, settingsOf(5, 2, true), randomTrails(seeded(seed), 5, 2, true))
		require.NoError(t, r.Save(path))
		read, err := Load(path)
		require.NoError(t, err)
		require.Equal(t, toJSON(t, r), toJSON(t, read))
	}
}

func TestStoringNamesTheFile(t *testing.T) {
	folder := t.TempDir()
	missing := filepath.Join(folder, "none", "result")
	err := newResult(t, settingsOf(1, 1, false)).Save(missing)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, "eval: save "+missing+": ")
	_, err = Load(missing)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, missing)

	path := filepath.Join(folder, "text")
	require.NoError(t, os.WriteFile(path, []byte("puzzles"), 0o666))
	_, err = Load(path)
	require.ErrorContains(t, err, "eval: "+path+": not the result of an evaluation: invalid character")
	require.NoError(t, os.WriteFile(path, []byte(`{"format":"other"}`), 0o666))
	_, err = Load(path)
	require.EqualError(t, err, "eval: "+path+": not the result of an evaluation")
}
