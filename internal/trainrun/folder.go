package trainrun

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rereadml/reread/internal/atomicfile"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/filelock"
)

// The files of a run's folder.
const (
	CheckpointFile = "checkpoint.safetensors" // all that it takes to go on
	ModelFile      = "model.safetensors"      // the averaged weights
	LogFile        = "log.jsonl"
	ConfigFile     = "config.json" // the settings
	LockFile       = "lock"
)

// CheckRun reports that there is no run in a folder. There is one from the first
// checkpoint on.
func CheckRun(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, CheckpointFile)); err != nil {
		return command.BadInput("train: nothing to resume: %w", err)
	}
	return nil
}

// CheckFree reports what keeps a new run from beginning in a folder: a run, or one of
// some files, which would be lost.
func CheckFree(dir string, files ...string) error {
	for _, name := range append([]string{CheckpointFile}, files...) {
		switch _, err := os.Stat(filepath.Join(dir, name)); {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return command.BadInput("train: %w", err)
		case name == CheckpointFile:
			return command.BadInput("train: %s holds a run already; go on with it by -resume, or choose another folder", dir)
		default:
			return command.BadInput("train: %s is there already; choose another folder", filepath.Join(dir, name))
		}
	}
	return nil
}

// Lock keeps other processes from a folder, which is made if need be, until this one
// gives the lock back or ends.
func Lock(dir string) (*filelock.Lock, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, command.BadInput("train: %w", err)
	}
	l, err := filelock.Acquire(filepath.Join(dir, LockFile))
	if held := new(filelock.HeldError); errors.As(err, &held) {
		return nil, command.BadInput("train: %s is in use: %w", dir, held)
	}
	if err != nil {
		return nil, command.BadInput("train: %w", err)
	}
	return l, nil
}

// Settings reads those of the run in a folder.
func Settings[S any](dir string) (*S, error) {
	path := filepath.Join(dir, ConfigFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	s := new(S)
	if err := json.Unmarshal(text, s); err != nil {
		return nil, command.BadInput("%s: %w", path, err)
	}
	return s, nil
}

// SaveSettings writes those of the run in a folder, in one step.
func SaveSettings(dir string, settings any) error {
	text, err := json.MarshalIndent(settings, "", "  ")
	if err != nil {
		return err
	}
	if err := atomicfile.WriteBytes(filepath.Join(dir, ConfigFile), append(text, '\n')); err != nil {
		return fmt.Errorf("train: %w", err)
	}
	return nil
}
