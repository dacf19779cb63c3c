package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/arc"
	"github.com/rereadml/reread/internal/atomicfile"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/filelock"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
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
	Source source          `json:"source"`
	Kind   string          `json:"model"`
	Arch   json.RawMessage `json:"arch"`
	Train  train.Config    `json:"train"`
}

// config returns that of the model.
func (s *settings) config() (reread.Config, error) { return reread.ParseConfig(s.Kind, s.Arch) }

// trainConfig returns the settings of training.
func (f *trainFlags) trainConfig() train.Config {
	c := train.Config{
		BatchSize: f.batch, Steps: f.steps,
		Optimizer: train.Muon, MuonLR: f.rate, MuonMomentum: 0.9, MuonDecay: 1e-4,
		LR: 1e-3, WarmupSteps: min(100, f.steps/10), Beta1: 0.9, Beta2: 0.95, ClipNorm: 1,
		PuzzleLR: f.rowRate, PuzzleWeightDecay: f.rowDecay,
		EMARate: 0.999, EMAWarmup: true, Stagger: true,
		FreezeWeights: f.rowsOnly,
		Precision:     nn.Precision(f.precision), Seed: f.seed,
	}
	return c
}

// trainRun is what one call of the program does of a run.
type trainRun struct {
	folder   runFolder
	settings *settings
	set      *arc.Set
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
	if r.set != nil {
		r.set.Close() // which was only read
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
	if f.source.Data != "" {
		if f.source.Data, err = filepath.Abs(f.source.Data); err != nil {
			return err
		}
	}
	if r.set, err = f.source.open(); err != nil {
		return err
	}
	if r.model, err = f.model(r.set); err != nil {
		return err
	}
	r.settings = &settings{Source: f.source, Kind: r.model.Kind(), Train: f.trainConfig()}
	if r.settings.Arch, err = json.Marshal(r.model.Config()); err != nil {
		return err
	}
	if err := r.newTrainer(f.workers); err != nil {
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
	if r.set, err = r.settings.Source.open(); err != nil {
		return err
	}
	cfg, err := r.settings.config()
	if err != nil {
		return command.BadInput("train: %s: %w", r.folder.file(configFile), err)
	}
	if r.model, err = newModel(cfg, 0); err != nil {
		return err
	}
	if err := r.newTrainer(f.workers); err != nil {
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

// newModel returns a model with weights drawn anew.
func newModel(cfg reread.Config, seed uint64) (*nn.Model, error) {
	d, err := cfg.Design()
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	m, err := nn.New(d, rand.New(rand.NewPCG(seed, 0)))
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	return m, nil
}

// newTrainer makes the trainer of the model on the tasks.
func (r *trainRun) newTrainer(workers int) error {
	feed, err := data.NewSampler(r.set.Train, r.settings.Train.Seed)
	if err != nil {
		return command.AsBadInput(err)
	}
	if r.trainer, err = train.New(r.model, feed, r.settings.Train, train.Options{Workers: workers}); err != nil {
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
