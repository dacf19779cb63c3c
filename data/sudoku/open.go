package sudoku

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rereadml/reread/data"
)

// Set is the Sudokus of one or more files, as [Open] returns it. It is safe for
// concurrent use until it is closed, and so are its rows.
type Set struct {
	groups, examples data.Rows
	folders          []*data.Folder
}

// Open opens puzzles to train or evaluate on. Each path is a CSV file, which is read
// into memory, or the folder of one split of a published data set, such as
// DATASET/train, which is read as rows are asked for. Rows of several paths follow
// each other. Close the set after use.
//
// Whatever [ReadCSV] and [data.OpenFolder] turn down is an error, and so is a folder
// whose rows are not 81 tokens out of 11, and a path without puzzles.
func Open(paths ...string) (*Set, error) {
	s := new(Set)
	if err := s.open(paths); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Set) open(paths []string) error {
	if len(paths) == 0 {
		return errors.New("sudoku: open: no paths")
	}
	var groups, examples []data.Rows
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return fmt.Errorf("sudoku: %w", err)
		}
		g, e := data.Rows(nil), data.Rows(nil)
		if info.IsDir() {
			g, e, err = s.openFolder(path)
		} else {
			g, err = openCSV(path)
			e = g
		}
		if err != nil {
			return err
		}
		if e.Len() == 0 {
			return fmt.Errorf("sudoku: %s: no puzzles", path)
		}
		groups, examples = append(groups, g), append(examples, e)
	}
	var err1, err2 error
	s.groups, err1 = data.Join(groups...)
	s.examples, err2 = data.Join(examples...)
	return errors.Join(err1, err2)
}

func openCSV(path string) (data.Rows, error) {
	puzzles, err := LoadCSV(path)
	return Rows(puzzles), err
}

func (s *Set) openFolder(path string) (groups, examples data.Rows, err error) {
	if err := suggestSplits(path); err != nil {
		return nil, nil, err
	}
	f, err := data.OpenFolder(path)
	if err != nil {
		return nil, nil, err
	}
	s.folders = append(s.folders, f)
	if err := checkShape(f.Examples()); err != nil {
		return nil, nil, fmt.Errorf("sudoku: %s: %w", path, err)
	}
	return f.Groups(), f.Examples(), nil
}

// suggestSplits reports a folder that is no split but holds some.
func suggestSplits(path string) error {
	if _, err := os.Stat(filepath.Join(path, "dataset.json")); !errors.Is(err, os.ErrNotExist) {
		return nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return fmt.Errorf("sudoku: %w", err)
	}
	var splits []string
	for _, e := range entries {
		split := filepath.Join(path, e.Name())
		if _, err := os.Stat(filepath.Join(split, "dataset.json")); err == nil {
			splits = append(splits, split)
		}
	}
	if len(splits) == 0 {
		return nil
	}
	return fmt.Errorf("sudoku: %s: a data set of several splits; choose from %s", path, strings.Join(splits, ", "))
}

// Groups returns the rows to train on, one for each puzzle of a CSV file and each
// group of a folder: drawn with an rng, a row of a folder is one of the copies that
// the group holds. They are not augmented otherwise; see [Augment].
func (s *Set) Groups() data.Rows { return s.groups }

// Examples returns the rows to evaluate on: every puzzle of a CSV file and every
// example of a folder, as stored. [data.Rating] knows the ratings that a CSV file has.
func (s *Set) Examples() data.Rows { return s.examples }

// Close closes the files that are still read from.
func (s *Set) Close() error {
	var errs []error
	for _, f := range s.folders {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}
