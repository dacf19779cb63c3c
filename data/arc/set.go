package arc

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"

	"github.com/rereadml/reread/data"
)

// Set is what a model is trained and evaluated on: the rows of a [Corpus] in memory or
// of a data set folder.
type Set struct {
	// Canvas is what the grids lie on.
	Canvas Canvas
	// Train has a row for each task: drawn with an rng, one of the pairs of one of its
	// augmentations.
	Train data.Rows
	// Test has a row for each test pair of each augmentation, whose grids begin in the
	// first cell of the canvas.
	Test data.Rows
	// Identifiers names the puzzle identifiers, as [ParseID] reads them.
	Identifiers []string
	// Tasks are those that Test asks for.
	Tasks []Task

	folders []*data.Folder
}

// OpenSet opens a data set folder, such as [Corpus.WriteFolder] or the published
// builder writes it: the splits train and test, identifiers.json and test_puzzles.json.
// Rows are read as they are asked for; close the set after use. What
// [data.OpenFolder] and [ReadChallenges] turn down is an error, and so are rows that are
// not canvases, and identifiers that [ParseID] turns down.
func OpenSet(dir string) (*Set, error) {
	s := new(Set)
	if err := s.open(dir); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Set) open(dir string) error {
	var err error
	if s.Tasks, err = loadChallenges(filepath.Join(dir, testPuzzles)); err != nil {
		return err
	}
	for _, split := range []string{"train", "test"} {
		path := filepath.Join(dir, split)
		f, err := data.OpenFolder(path)
		if err != nil {
			return err
		}
		s.folders = append(s.folders, f)
		if s.Canvas, err = canvasOf(f); err != nil {
			return fmt.Errorf("arc: %s: %w", path, err)
		}
	}
	train, test := s.folders[0], s.folders[1]
	if train.SeqLen() != test.SeqLen() {
		return fmt.Errorf("arc: %s: rows of %d tokens to train on, of %d to evaluate on", dir, train.SeqLen(), test.SeqLen())
	}
	s.Train, s.Test, s.Identifiers = train.Groups(), test.Examples(), test.Identifiers()
	if s.Identifiers == nil {
		return fmt.Errorf("arc: %s: no identifiers.json", dir)
	}
	for i, id := range s.Identifiers {
		if _, _, err := ParseID(id); err != nil {
			return fmt.Errorf("arc: %s: identifier %d: %w", filepath.Join(dir, "identifiers.json"), i, err)
		}
	}
	return nil
}

// canvasOf returns the canvas whose rows a folder has.
func canvasOf(f *data.Folder) (Canvas, error) {
	c := Canvas{int(math.Sqrt(float64(f.SeqLen())))}
	if f.VocabSize() != Vocab || c.SeqLen() != f.SeqLen() || c.Check() != nil {
		return Canvas{}, fmt.Errorf("rows of %d tokens out of %d are not canvases, which have up to 30 x 30 out of %d", f.SeqLen(), f.VocabSize(), Vocab)
	}
	return c, nil
}

// Close closes the files that are still read from.
func (s *Set) Close() error {
	var errs []error
	for _, f := range s.folders {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}
