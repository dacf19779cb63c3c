package main

import (
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/rereadml/reread/data/arc"
	"github.com/rereadml/reread/internal/command"
)

// source says which tasks a command works on, and how they become rows.
type source struct {
	Data          string `json:"data,omitempty"` // absolute path; "": tasks of this program
	Tasks         int    `json:"tasks,omitempty"`
	Side          int    `json:"side"`
	Augmentations int    `json:"augmentations"`
	Seed          uint64 `json:"seed"`
}

// The tasks and augmentations that the weights in this program were trained on.
const (
	madeTasks         = 160
	madeAugmentations = 7
	madeSeed          = 1
)

func (s *source) flags(fs *flag.FlagSet) {
	fs.StringVar(&s.Data, "data", "", "`path` of tasks: a folder that build wrote, a JSON file, or a folder of files of one task each (default tasks that this program makes)")
	s.shapeFlags(fs)
}

// shapeFlags are those of how tasks become rows.
func (s *source) shapeFlags(fs *flag.FlagSet) {
	fs.IntVar(&s.Tasks, "tasks", madeTasks, "`number` of tasks that this program makes")
	fs.IntVar(&s.Side, "side", 0, "`cells` of a side of the canvas that JSON tasks are laid on (default 30, and 6 for tasks that this program makes)")
	fs.IntVar(&s.Augmentations, "augmentations", madeAugmentations, "`images` of each task besides itself; the published data sets have 1000")
	fs.Uint64Var(&s.Seed, "task-seed", madeSeed, "seed of the tasks and of their augmentations")
}

// open returns the tasks as rows, which are to be closed.
func (s *source) open() (*arc.Set, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if s.isFolder() {
		set, err := arc.OpenSet(s.Data)
		if err != nil {
			return nil, command.AsBadInput(err)
		}
		return set, nil
	}
	tasks, err := s.tasks()
	if err != nil {
		return nil, err
	}
	c, err := newCorpus(nil, tasks, s)
	if err != nil {
		return nil, err
	}
	return c.Set(), nil
}

func (s *source) check() error {
	if s.Tasks < 1 || s.Augmentations < 0 || s.Side < 0 || s.Side > arc.MaxSide {
		return command.BadInput("-tasks must be at least 1, -augmentations not negative, -side 1 to %d", arc.MaxSide)
	}
	return nil
}

// isFolder reports whether the data is a data set folder.
func (s *source) isFolder() bool {
	if s.Data == "" {
		return false
	}
	_, err := os.Stat(filepath.Join(s.Data, "train", "dataset.json"))
	return err == nil
}

// tasks reads the tasks, or makes them.
func (s *source) tasks() ([]arc.Task, error) {
	if s.Data == "" {
		return makeTasks(s.Seed, s.Tasks), nil
	}
	tasks, err := arc.Load(s.Data)
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	return tasks, nil
}

// canvas returns what the grids are laid on.
func (s *source) canvas() arc.Canvas {
	switch {
	case s.Side > 0:
		return arc.Canvas{Side: s.Side}
	case s.Data == "":
		return arc.Canvas{Side: madeSide}
	}
	return arc.Canvas{Side: arc.MaxSide}
}

// newCorpus augments tasks: those to train on in full, and those to be solved, of which
// the pairs that show the rule are trained on.
func newCorpus(train, test []arc.Task, s *source) (*arc.Corpus, error) {
	c, err := arc.NewCorpus(train, test, arc.CorpusConfig{
		Canvas: s.canvas(), Augmentations: s.Augmentations, Style: arc.StyleTRM,
	}, rand.New(rand.NewPCG(s.Seed, augmentStream)))
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	return c, nil
}

// augmentStream keeps the draws of augmentations apart from those of tasks.
const augmentStream = 1 << 63
