package maze

import (
	"fmt"

	"github.com/rereadml/reread/data"
)

// Open opens mazes of one shape to train or evaluate on, as [data.OpenSet] does: each
// path is a CSV file, which is read into memory, or the folder of one split of a
// published data set, such as DATASET/train. Close the set after use; see [Augment]
// for its groups.
//
// Whatever [ReadCSV] and [data.OpenFolder] turn down is an error, and so are mazes of
// another shape, rows out of another vocabulary, and a path without puzzles.
func Open(s Shape, paths ...string) (*data.Set, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	return data.OpenSet(paths, s.loadRows, s.checkRows)
}

func (s Shape) loadRows(path string) (data.Rows, error) {
	puzzles, err := LoadCSV(path)
	if err != nil {
		return nil, err
	}
	rows, err := NewRows(s, puzzles)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return rows, nil
}
