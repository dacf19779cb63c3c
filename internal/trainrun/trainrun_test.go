package trainrun

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/internal/command"
)

// write makes a file of a folder.
func write(t *testing.T, dir, name string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("{"), 0o666))
}

// status is the exit status of a program that ends so.
func status(err error) int { return command.Status("train", err, io.Discard) }

func TestCheckFree(t *testing.T) {
	for name, says := range map[string]string{CheckpointFile: "holds a run already", ModelFile: ModelFile + " is there already", LockFile: ""} {
		dir := t.TempDir()
		write(t, dir, name)
		err := CheckFree(dir, ModelFile)
		if says == "" {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorContains(t, err, says)
		require.Equal(t, 2, status(err))
	}
	require.NoError(t, CheckFree(filepath.Join(t.TempDir(), "new"), ModelFile))
}

func TestLock(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	l, err := Lock(dir)
	require.NoError(t, err)
	_, err = Lock(dir)
	require.ErrorContains(t, err, dir+" is in use")
	require.Equal(t, 2, status(err))
	require.NoError(t, l.Release())
}

func TestSettings(t *testing.T) {
	type settings struct{ Side int }
	dir := t.TempDir()
	_, err := Settings[settings](dir)
	require.Equal(t, 2, status(err))
	require.NoError(t, SaveSettings(dir, &settings{7}))
	s, err := Settings[settings](dir)
	require.NoError(t, err)
	require.Equal(t, &settings{7}, s)
	write(t, dir, ConfigFile)
	_, err = Settings[settings](dir)
	require.ErrorContains(t, err, ConfigFile)
	require.Equal(t, 2, status(err))
}

func TestFlags(t *testing.T) {
	run, empty := t.TempDir(), t.TempDir()
	write(t, run, CheckpointFile)
	for _, c := range []struct {
		says string // empty: good
		args []string
	}{
		{"", []string{"-out", empty, "-rate", "2"}},
		{"", []string{"-out", run, "-resume", "-time", "1h", "-save-every", "1m", "-workers", "2"}},
		{"-out is missing", []string{"-resume"}},
		{"must not be negative", []string{"-out", run, "-time", "-1s"}},
		{"must not be negative", []string{"-out", run, "-workers", "-1"}},
		{"-save-every more than 0", []string{"-out", run, "-save-every", "0"}},
		{"-rate is that of the run in the folder", []string{"-out", run, "-resume", "-rate", "2"}},
		{"nothing to resume", []string{"-out", empty, "-resume"}},
	} {
		fs := flag.NewFlagSet("maze train", flag.ContinueOnError)
		fs.Float64("rate", 1, "")
		var f Flags
		f.Add(fs)
		require.NoError(t, command.Parse(fs, c.args, 0, "", io.Discard))
		err := f.Check()
		if err == nil {
			err = f.CheckResumed(fs)
		}
		if c.says == "" {
			require.NoError(t, err, c.args)
			continue
		}
		require.ErrorContains(t, err, c.says)
		require.Equal(t, 2, status(err))
	}
}
