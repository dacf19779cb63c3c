package main

import (
	"fmt"
	"path/filepath"

	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/trainrun"
)

// The files of a run's folder besides those of package trainrun.
const (
	bestFile    = "best.safetensors"
	curveFile   = "curve.svg"
	tableFile   = "log.csv"
	puzzlesFile = "puzzles.csv"
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
	for trainrun.CheckRun(string(f.stage(n+1))) == nil {
		n++
	}
	return n
}

// checkFree reports what keeps a new run from beginning in the folder: a run,
// or files that would be lost. What a run left that ended before its first
// checkpoint does not.
func (f runFolder) checkFree() error {
	if f.lastStage() > 0 {
		return command.BadInput("train: %s holds the stages of a run already; go on with it by -resume, or choose another folder", string(f))
	}
	names := []string{trainrun.ModelFile, bestFile}
	if !f.begun() {
		names = append(names, trainrun.ConfigFile, trainrun.LogFile, curveFile, tableFile, puzzlesFile)
	}
	return trainrun.CheckFree(string(f), names...)
}

// begun reports whether config.json is that of a run.
func (f runFolder) begun() bool {
	s, err := readSettings(f)
	return err == nil && s.Digest != ""
}
