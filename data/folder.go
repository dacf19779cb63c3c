package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/rereadml/reread/internal/npy"
)

// Folder is one split of a dataset in the on-disk format of HRM and TRM:
//
//	<dir>/identifiers.json                          optional
//	<dir>/<split>/dataset.json
//	<dir>/<split>/<set>__inputs.npy                 [examples, seq_len]
//	<dir>/<split>/<set>__labels.npy                 [examples, seq_len]
//	<dir>/<split>/<set>__puzzle_identifiers.npy     [puzzles]
//	<dir>/<split>/<set>__puzzle_indices.npy         [puzzles+1], offsets of examples
//	<dir>/<split>/<set>__group_indices.npy          [groups+1], offsets of puzzles
//
// A group is a puzzle with its augmented copies; a puzzle has one or more examples
// that share an identifier. Several sets are taken as one, in their order.
//
// Indices and identifiers are held in memory, inputs and labels stay on disk.
// [Folder.Groups] and [Folder.Examples] serve them as [Rows]. A Folder is safe for
// concurrent use until it is closed.
type Folder struct {
	meta        FolderMeta
	identifiers []string
	sets        []folderSet
	ids         []int32 // of each puzzle
	puzzles     []int32 // where each puzzle's examples begin, and the end
	groups      []int32 // where each group's puzzles begin, and the end
}

// folderSet is the pair of token arrays of a set.
type folderSet struct {
	inputs, labels *npy.Array
	first          int // example
}

// OpenFolder opens the folder of one split of a dataset, such as DATASET/train. The
// dataset's identifiers.json, if there is one, lies beside it.
//
// Everything is checked: that dataset.json makes sense, that the shapes agree with
// it and with each other, that the index arrays start at 0, never fall and end
// where they should, that no group is empty, and that identifiers and tokens are
// in range. The last reads the token arrays once, at about the speed of the disk.
// Errors name the file.
func OpenFolder(path string) (*Folder, error) {
	f := &Folder{puzzles: []int32{0}, groups: []int32{0}}
	if err := f.open(path); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (f *Folder) open(path string) error {
	b, err := os.ReadFile(filepath.Join(path, "dataset.json"))
	if err != nil {
		return fmt.Errorf("data: %w", err)
	}
	if f.meta, err = parseFolderMeta(b); err != nil {
		return fmt.Errorf("data: folder %s: %w", path, err)
	}
	if err := f.readIdentifiers(filepath.Join(path, "..", "identifiers.json")); err != nil {
		return err
	}
	for _, set := range f.meta.Sets {
		if err := f.openSet(filepath.Join(path, set+"__")); err != nil {
			return err
		}
	}
	if f.NumGroups() != f.meta.TotalGroups {
		return fmt.Errorf("data: folder %s: %d groups, but total_groups is %d", path, f.NumGroups(), f.meta.TotalGroups)
	}
	return nil
}

func (f *Folder) readIdentifiers(path string) error {
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("data: %w", err)
	}
	if err := json.Unmarshal(b, &f.identifiers); err != nil {
		return fmt.Errorf("data: %s: %w", path, err)
	}
	if n := len(f.identifiers); n != f.meta.NumPuzzleIdentifiers {
		return fmt.Errorf("data: %s: %d identifiers, but num_puzzle_identifiers is %d", path, n, f.meta.NumPuzzleIdentifiers)
	}
	return nil
}

// openSet adds the arrays of a set, whose paths begin with prefix.
func (f *Folder) openSet(prefix string) error {
	f.sets = append(f.sets, folderSet{first: f.NumExamples()})
	s := &f.sets[len(f.sets)-1]
	var err error
	if s.inputs, err = f.openTokens(prefix + "inputs.npy"); err != nil {
		return err
	}
	if s.labels, err = f.openTokens(prefix + "labels.npy"); err != nil {
		return err
	}
	examples := s.inputs.Rows()
	if n := s.labels.Rows(); n != examples {
		return fmt.Errorf("data: %slabels.npy: %d rows, but %d rows of inputs", prefix, n, examples)
	}
	if examples > math.MaxInt32-f.NumExamples() {
		return fmt.Errorf("data: %sinputs.npy: %d examples are too many", prefix, examples)
	}
	ids, err := readVector(prefix + "puzzle_identifiers.npy")
	if err != nil {
		return err
	}
	if err := f.addIndices(prefix, ids, examples); err != nil {
		return err
	}
	for i, id := range ids {
		if id < 0 || int(id) >= f.meta.NumPuzzleIdentifiers {
			return fmt.Errorf("data: %spuzzle_identifiers.npy: identifier %d of puzzle %d is not in 0..%d", prefix, id, i, f.meta.NumPuzzleIdentifiers-1)
		}
	}
	f.ids = append(f.ids, ids...)
	return f.checkTokens(s)
}

// Close closes the array files.
func (f *Folder) Close() error {
	var errs []error
	for _, s := range f.sets {
		for _, a := range []*npy.Array{s.inputs, s.labels} {
			if a != nil {
				errs = append(errs, a.Close())
			}
		}
	}
	return errors.Join(errs...)
}

// Meta returns the contents of dataset.json.
func (f *Folder) Meta() FolderMeta {
	m := f.meta
	m.Sets = slices.Clone(m.Sets)
	return m
}

// Identifiers returns the names of the puzzle identifiers, nil if the dataset has
// no identifiers.json. The caller must not change them.
func (f *Folder) Identifiers() []string { return f.identifiers }

// NumExamples returns the number of examples.
func (f *Folder) NumExamples() int { return int(f.puzzles[len(f.puzzles)-1]) }

// NumPuzzles returns the number of puzzles.
func (f *Folder) NumPuzzles() int { return len(f.puzzles) - 1 }

// NumGroups returns the number of groups.
func (f *Folder) NumGroups() int { return len(f.groups) - 1 }

// SeqLen returns the length of a sequence.
func (f *Folder) SeqLen() int { return f.meta.SeqLen }

// VocabSize returns the number of tokens.
func (f *Folder) VocabSize() int { return f.meta.VocabSize }

// NumPuzzleIDs returns the size of the puzzle-embedding table.
func (f *Folder) NumPuzzleIDs() int { return f.meta.NumPuzzleIdentifiers }
