package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/rereadml/reread/internal/atomicfile"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/filelock"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
	"github.com/rereadml/reread/trm"
)

// The files of a run's folder.
const (
	checkpointFile = "checkpoint.safetensors"
	modelFile      = "model.safetensors"
	logFile        = "log.jsonl"
	configFile     = "config.json"
	lockFile       = "lock"

	logEvery = 50 // steps that a line of the log covers
)

// runFolder is the folder of a run. There is a run in it from the first checkpoint on,
// which is written last.
type runFolder string

func (f runFolder) file(name string) string { return filepath.Join(string(f), name) }

// settings are those of a run: its config.json.
type settings struct {
	Side  int          `json:"side"` // of the mazes
	Arch  trm.Config   `json:"arch"`
	Train train.Config `json:"train"`
}

// settings returns those of a new run.
func (f *trainFlags) settings() (*settings, error) {
	if f.side < leastSide || f.side > mostSide {
		return nil, command.BadInput("train: -size must be %d to %d", leastSide, mostSide)
	}
	s := &settings{Side: f.side, Arch: trm.MazeUnits(f.side, f.side), Train: train.Config{
		BatchSize: f.batch, Steps: f.steps,
		Optimizer: train.Muon, MuonLR: f.rate, MuonMomentum: 0.9, MuonDecay: 1e-4,
		LR: 1e-3, WarmupSteps: 100, Beta1: 0.9, Beta2: 0.95, PuzzleLR: 1e-3, ClipNorm: 1,
		EMARate: 0.999, EMAWarmup: true, Stagger: true, Linger: 2,
		Precision: nn.Precision(f.precision), Seed: f.seed,
	}}
	s.Arch.HaltMaxSteps = f.haltSteps
	return s, nil
}

// trainRun is what one call of the program does of a run.
type trainRun struct {
	folder   runFolder
	settings *settings
	model    *nn.Model
	trainer  *train.Trainer
	log      *train.Log
	lock     *filelock.Lock
}

// close gives back what openRun took, as far as it came.
func (r *trainRun) close() {
	if r.trainer != nil {
		r.trainer.Close()
	}
	if r.log != nil {
		r.log.Close() // Flush has reported what did not reach the disk
	}
	if r.lock != nil {
		r.lock.Release() // the end of the process would do
	}
}

// openRun begins a run, up to its first checkpoint, or goes on with one.
func openRun(f *trainFlags) (*trainRun, error) {
	r := &trainRun{folder: runFolder(f.out)}
	begin := r.begin
	if f.resume {
		begin = r.resume
	}
	if err := begin(f); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

// begin makes a new run. Nothing is written before what was given is found good.
func (r *trainRun) begin(f *trainFlags) (err error) {
	if r.settings, err = f.settings(); err != nil {
		return err
	}
	if err := r.newTrainer(f); err != nil {
		return err
	}
	if err := os.MkdirAll(f.out, 0o777); err != nil {
		return command.BadInput("train: %w", err)
	}
	if err := r.acquire(); err != nil {
		return err
	}
	for _, name := range []string{checkpointFile, modelFile} {
		if _, err := os.Stat(r.folder.file(name)); !errors.Is(err, fs.ErrNotExist) {
			return command.BadInput("train: %s holds a run already; go on with it by -resume, or choose another folder", f.out)
		}
	}
	text, err := json.MarshalIndent(r.settings, "", "  ")
	if err != nil {
		return err
	}
	if err := atomicfile.WriteBytes(r.folder.file(configFile), append(text, '\n')); err != nil {
		return err
	}
	if r.log, err = train.OpenLog(r.folder.file(logFile), logEvery, 0); err != nil {
		return err
	}
	return r.trainer.SaveCheckpoint(r.folder.file(checkpointFile))
}

// resume goes on with the run in the folder.
func (r *trainRun) resume(f *trainFlags) (err error) {
	if _, err := os.Stat(r.folder.file(checkpointFile)); err != nil {
		return command.BadInput("train: nothing to resume: %w", err)
	}
	if err := r.acquire(); err != nil {
		return err
	}
	text, err := os.ReadFile(r.folder.file(configFile))
	if err != nil {
		return command.BadInput("train: %w", err)
	}
	if err := json.Unmarshal(text, &r.settings); err != nil {
		return command.BadInput("train: %s: %w", r.folder.file(configFile), err)
	}
	if err := r.newTrainer(f); err != nil {
		return err
	}
	if err := r.trainer.LoadCheckpoint(r.folder.file(checkpointFile)); err != nil {
		return command.AsBadInput(err)
	}
	r.log, err = train.OpenLog(r.folder.file(logFile), logEvery, r.trainer.StepsDone())
	return err
}

// acquire keeps other processes from the folder.
func (r *trainRun) acquire() (err error) {
	if r.lock, err = filelock.Acquire(r.folder.file(lockFile)); err != nil {
		return command.BadInput("train: %w", err)
	}
	return nil
}

// newTrainer makes the model and its trainer.
func (r *trainRun) newTrainer(f *trainFlags) (err error) {
	s := r.settings
	if r.model, err = trm.New(s.Arch, rand.New(rand.NewPCG(s.Train.Seed, 0))); err != nil {
		return command.AsBadInput(err)
	}
	if f.weights != "" {
		w, err := openWeights(f.weights)
		if err != nil {
			return err
		}
		defer w.close()
		if err := r.model.LoadState(w.from); err != nil {
			return command.BadInput("%s: %w", f.weights, err)
		}
	}
	feed, err := newSource(s.Side, s.Train.Seed, forTraining)
	if err != nil {
		return err
	}
	if r.trainer, err = train.New(r.model, feed, s.Train, train.Options{Workers: f.workers}); err != nil {
		return command.AsBadInput(err)
	}
	return nil
}

// save keeps the log and the averaged weights before each save of the checkpoint.
func (r *trainRun) save() error {
	if err := r.log.Flush(); err != nil {
		return err
	}
	return r.trainer.WithEMA(func() error { return r.model.Save(r.folder.file(modelFile)) })
}
