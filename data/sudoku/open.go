package sudoku

import "github.com/rereadml/reread/data"

// Open opens puzzles to train or evaluate on, as [data.OpenSet] does: each path is a
// CSV file, which is read into memory, or the folder of one split of a published data
// set, such as DATASET/train. Close the set after use; see [Augment] for its groups.
//
// Whatever [ReadCSV] and [data.OpenFolder] turn down is an error, and so is a folder
// whose rows are not 81 tokens out of 11, and a path without puzzles.
func Open(paths ...string) (*data.Set, error) {
	return data.OpenSet(paths, loadRows, checkShape)
}

func loadRows(path string) (data.Rows, error) {
	puzzles, err := LoadCSV(path)
	return Rows(puzzles), err
}
