package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/filelock"
)

// The files of a run's folder.
const (
	checkpointFile = "checkpoint.safetensors"
	modelFile      = "model.safetensors"
	bestFile       = "best.safetensors"
	logFile        = "log.jsonl"
	curveFile      = "curve.svg"
	tableFile      = "log.csv"
	configFile     = "config.json"
	puzzlesFile    = "puzzles.csv"
	lockFile       = "lock"
)

// runFolder is the folder of a run. There is a run in it from the first
// checkpoint on, which is written after config.json and puzzles.csv.
type runFolder string

func (f runFolder) file(name string) string { return filepath.Join(string(f), name) }

func (f runFolder) abs() (runFolder, error) {
	path, err := filepath.Abs(string(f))
	return runFolder(path), err
}

// stage returns the folder, within that of a run of several stages, of one of
// them, counted from 1. It is the folder of a run like any other.
func (f runFolder) stage(n int) runFolder {
	return runFolder(f.file(fmt.Sprintf("stage-%d", n)))
}

// lastStage returns the last stage that has begun in the folder of a run of
// several stages, or 0 if there is none.
func (f runFolder) lastStage() int {
	n := 0
	for f.stage(n+1).checkRun() == nil {
		n++
	}
	return n
}

// checkRun reports that there is no run in the folder.
func (f runFolder) checkRun() error {
	if _, err := os.Stat(f.file(checkpointFile)); err != nil {
		return command.BadInput("train: nothing to resume: %w", err)
	}
	return nil
}

// checkFree reports what keeps a new run from beginning in the folder: a run,
// or files that would be lost. What a run left that ended before its first
// checkpoint does not.
func (f runFolder) checkFree() error {
	if f.lastStage() > 0 {
		return command.BadInput("train: %s holds the stages of a run already; go on with it by -resume, or choose another folder", string(f))
	}
	found, err := f.there(checkpointFile)
	if err != nil {
		return err
	}
	if found != "" {
		return command.BadInput("train: %s holds a run already; go on with it by -resume, or choose another folder", string(f))
	}
	names := []string{modelFile, bestFile}
	if !f.begun() {
		names = append(names, configFile, logFile, curveFile, tableFile, puzzlesFile)
	}
	found, err = f.there(names...)
	if err == nil && found != "" {
		err = command.BadInput("train: %s is there already; choose another folder", found)
	}
	return err
}

// there returns the path of the first file that is in the folder, or "".
func (f runFolder) there(names ...string) (string, error) {
	for _, name := range names {
		_, err := os.Stat(f.file(name))
		if err == nil {
			return f.file(name), nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", command.BadInput("train: %w", err)
		}
	}
	return "", nil
}

// begun reports whether config.json is that of a run.
func (f runFolder) begun() bool {
	text, err := os.ReadFile(f.file(configFile))
	var s settings
	return err == nil && json.Unmarshal(text, &s) == nil && s.Digest != ""
}

// lock keeps other processes from the folder until this one gives the lock
// back or ends.
func (f runFolder) lock() (*filelock.Lock, error) {
	l, err := filelock.Acquire(f.file(lockFile))
	if held := new(filelock.HeldError); errors.As(err, &held) {
		return nil, command.BadInput("train: %s is in use: %w", string(f), held)
	}
	if err != nil {
		return nil, command.BadInput("train: %w", err)
	}
	return l, nil
}
