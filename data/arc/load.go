package arc

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	challengesSuffix = "_challenges.json"
	solutionsSuffix  = "_solutions.json"
	// testPuzzles is the file of a data set folder with the tasks to be solved.
	testPuzzles = "test_puzzles.json"
)

// Load reads the tasks that a path names:
//
//   - PREFIX_challenges.json: the tasks of the file, with the outputs of
//     PREFIX_solutions.json if that is beside it.
//   - test_puzzles.json: the tasks that a data set folder is to be evaluated on.
//   - Any other file: one task, whose ID is the name of the file without .json.
//   - A folder: the tasks of all files in it and in folders below whose names end in
//     .json, one a file, in the order of their paths. Those of the layout of HRM are
//     folders such as training and evaluation.
//
// See [ReadTask] for what is an error; two tasks of one ID are, too.
func Load(path string) ([]Task, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("arc: %w", err)
	}
	switch name := filepath.Base(path); {
	case info.IsDir():
		return loadFolder(path)
	case name == testPuzzles:
		return loadChallenges(path)
	case strings.HasSuffix(name, challengesSuffix):
		return loadPair(path)
	default:
		t, err := loadTask(path)
		if err != nil {
			return nil, err
		}
		return []Task{t}, nil
	}
}

// open has read take a file.
func open(path string, read func(io.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("arc: %w", err)
	}
	defer f.Close()
	return read(f)
}

func loadTask(path string) (t Task, err error) {
	id := strings.TrimSuffix(filepath.Base(path), ".json")
	err = open(path, func(r io.Reader) error {
		t, err = ReadTask(r, path, id)
		return err
	})
	return t, err
}

func loadChallenges(path string) (tasks []Task, err error) {
	err = open(path, func(r io.Reader) error {
		tasks, err = ReadChallenges(r, path)
		return err
	})
	return tasks, err
}

func loadPair(path string) ([]Task, error) {
	tasks, err := loadChallenges(path)
	if err != nil {
		return nil, err
	}
	path = strings.TrimSuffix(path, challengesSuffix) + solutionsSuffix
	err = open(path, func(r io.Reader) error { return ReadSolutions(r, path, tasks) })
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return tasks, nil
}

func loadFolder(dir string) ([]Task, error) {
	var tasks []Task
	paths := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("arc: %w", err)
		}
		if entry.IsDir() || !strings.HasSuffix(path, ".json") {
			return nil
		}
		if strings.HasSuffix(path, challengesSuffix) || entry.Name() == testPuzzles {
			return fmt.Errorf("arc: %s has many tasks: name it itself, not its folder", path)
		}
		t, err := loadTask(path)
		if err != nil {
			return err
		}
		if first, ok := paths[t.ID]; ok {
			return fmt.Errorf("arc: %s: task %.60q is in %s already", path, t.ID, first)
		}
		paths[t.ID] = path
		tasks = append(tasks, t)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(tasks) == 0 {
		return nil, fmt.Errorf("arc: %s: no tasks", dir)
	}
	return tasks, nil
}
