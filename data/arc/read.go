package arc

import (
	"errors"
	"fmt"
	"io"
)

// ReadTask reads a file of one task, as the repositories of ARC-AGI and ConceptARC
// have them: {"train": [{"input": GRID, "output": GRID}, ...], "test": [...]}. The
// file does not say the task's ID.
//
// Everything is checked, as [Task.Check] does; rows of different lengths and keys that
// come twice are errors too, and unknown keys are passed over. An output of a test
// pair may be missing, and is then unknown. The first fault ends reading, and the
// error names name and place. Data that begin as gzip are decompressed. The input is
// streamed: memory is taken for good pairs only.
func ReadTask(r io.Reader, name, id string) (Task, error) {
	t := Task{ID: id}
	if err := readDocument(r, name, t.read); err != nil {
		return Task{}, err
	}
	return t, nil
}

// ReadChallenges reads a file of several tasks, as they are published for competitions
// and as [WriteChallenges] writes it: {ID: TASK, ...}, with tasks as [ReadTask] reads
// them, by the same rules. They are returned in the order of the file. Their test
// outputs are commonly in a file of their own; see [ReadSolutions].
//
// The test_puzzles.json of a data set folder is such a file with outputs. Where they
// are not known it has a grid of one cell of colour 0, which only the key "unknown"
// of [WriteFolder] tells from an answer.
func ReadChallenges(r io.Reader, name string) ([]Task, error) {
	var tasks []Task
	err := readDocument(r, name, func(d *document) error {
		return d.object(func(id string) error {
			t := Task{ID: id}
			if err := t.read(d); err != nil {
				return err
			}
			tasks = append(tasks, t)
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return tasks, nil
}

// read takes a task.
func (t *Task) read(d *document) error {
	err := d.object(func(key string) error {
		switch key {
		case "train":
			return readPairs(d, key, &t.Train)
		case "test":
			return readPairs(d, key, &t.Test)
		}
		return d.skip()
	})
	if err == nil {
		err = t.check()
	}
	if err != nil {
		return fmt.Errorf("task %.60q: %w", t.ID, err)
	}
	return nil
}

func readPairs(d *document, split string, pairs *[]Pair) error {
	err := d.array(func(i int) error {
		var p Pair
		if err := p.read(d); err != nil {
			return fmt.Errorf("pair %d: %w", i, err)
		}
		*pairs = append(*pairs, p)
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s %w", split, err)
	}
	return nil
}

// read takes a pair.
func (p *Pair) read(d *document) error {
	unknown := false
	err := d.object(func(key string) error {
		var err error
		switch key {
		case "input":
			err = d.decode(&p.Input)
		case "output":
			err = d.decode(&p.Output)
		case "unknown":
			err = d.decode(&unknown)
		default:
			return d.skip()
		}
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if p.Input.Rows == 0 {
		return errors.New("input: missing")
	}
	if unknown {
		p.Output = Grid{}
	}
	return nil
}

// ReadSolutions reads the test outputs of tasks, as they are published for
// competitions: {ID: [GRID, ...], ...}. Each task must be there with as many outputs
// as it has test pairs; others are read and passed over. The tasks are changed only if
// there is no fault, and errors are as in [ReadTask].
func ReadSolutions(r io.Reader, name string, tasks []Task) error {
	solutions := make(map[string][]Grid, len(tasks))
	err := readDocument(r, name, func(d *document) error {
		err := d.object(func(id string) error {
			err := d.array(func(i int) error {
				var g Grid
				if err := d.decode(&g); err != nil {
					return fmt.Errorf("output %d: %w", i, err)
				}
				solutions[id] = append(solutions[id], g)
				return nil
			})
			if err != nil {
				return fmt.Errorf("task %.60q: %w", id, err)
			}
			return nil
		})
		if err != nil {
			return err
		}
		return checkSolutions(tasks, solutions)
	})
	if err != nil {
		return err
	}
	for i := range tasks {
		for k := range tasks[i].Test {
			tasks[i].Test[k].Output = solutions[tasks[i].ID][k]
		}
	}
	return nil
}

func checkSolutions(tasks []Task, solutions map[string][]Grid) error {
	for i := range tasks {
		t := &tasks[i]
		if n := len(solutions[t.ID]); n != len(t.Test) {
			return fmt.Errorf("task %.60q: %d outputs of %d test pairs", t.ID, n, len(t.Test))
		}
	}
	return nil
}
