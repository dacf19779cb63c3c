package data

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Set is the rows of one or more files and folders, as [OpenSet] returns it. It is
// safe for concurrent use until it is closed, and so are its rows.
type Set struct {
	groups, examples Rows
	folders          []*Folder
}

// OpenSet is for packages of one kind of puzzle: it opens rows to train or evaluate
// on. Each path is a file, which load reads into memory, or the folder of one split of
// a published data set, such as DATASET/train, which is read as rows are asked for.
// Rows of several paths follow each other. Close the set after use.
//
// Whatever load, [OpenFolder] and check, which sees the rows of each path, turn down
// is an error, and so is a path without rows.
func OpenSet(paths []string, load func(path string) (Rows, error), check func(Rows) error) (*Set, error) {
	s := new(Set)
	if err := s.open(paths, load, check); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Set) open(paths []string, load func(string) (Rows, error), check func(Rows) error) error {
	if len(paths) == 0 {
		return errors.New("data: open: no paths")
	}
	var groups, examples []Rows
	for _, path := range paths {
		g, e, err := s.openPath(path, load)
		if err != nil {
			return err
		}
		if err := check(e); err != nil {
			return fmt.Errorf("data: %s: %w", path, err)
		}
		if e.Len() == 0 {
			return fmt.Errorf("data: %s: no puzzles", path)
		}
		groups, examples = append(groups, g), append(examples, e)
	}
	var err1, err2 error
	s.groups, err1 = Join(groups...)
	s.examples, err2 = Join(examples...)
	return errors.Join(err1, err2)
}

func (s *Set) openPath(path string, load func(string) (Rows, error)) (groups, examples Rows, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, fmt.Errorf("data: %w", err)
	}
	if !info.IsDir() {
		rows, err := load(path)
		return rows, rows, err
	}
	if err := suggestSplits(path); err != nil {
		return nil, nil, err
	}
	f, err := OpenFolder(path)
	if err != nil {
		return nil, nil, err
	}
	s.folders = append(s.folders, f)
	return f.Groups(), f.Examples(), nil
}

// suggestSplits reports a folder that is no split but holds some.
func suggestSplits(path string) error {
	if _, err := os.Stat(filepath.Join(path, "dataset.json")); !errors.Is(err, os.ErrNotExist) {
		return nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return fmt.Errorf("data: %w", err)
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
	return fmt.Errorf("data: %s: a data set of several splits; choose from %s", path, strings.Join(splits, ", "))
}

// Groups returns the rows to train on, one for each puzzle of a file and each group
// of a folder: drawn with an rng, a row of a folder is one of the copies that the
// group holds. They are not augmented otherwise.
func (s *Set) Groups() Rows { return s.groups }

// Examples returns the rows to evaluate on: every puzzle of a file and every example
// of a folder, as stored. [Rating] knows the ratings that a file has.
func (s *Set) Examples() Rows { return s.examples }

// Close closes the files that are still read from.
func (s *Set) Close() error {
	var errs []error
	for _, f := range s.folders {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}
