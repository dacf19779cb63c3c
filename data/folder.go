package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
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
	inputs, labels *NPY
	first          int // example
}

// OpenFolder opens a split, such as "train" or "test", of the dataset in dir.
//
// Everything is checked: that dataset.json makes sense, that the shapes agree with
// it and with each other, that the index arrays start at 0, never fall and end
// where they should, that no group is empty, and that identifiers and tokens are
// in range. The last reads the token arrays once, at about the speed of the disk.
// Errors name the file.
func OpenFolder(dir, split string) (*Folder, error) {
	if !plainName(split) {
		return nil, fmt.Errorf("data: split %q is not a plain name", split)
	}
	path := filepath.Join(dir, split)
	f := &Folder{puzzles: []int32{0}, groups: []int32{0}}
	if err := f.open(dir, path); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (f *Folder) open(dir, path string) error {
	b, err := os.ReadFile(filepath.Join(path, "dataset.json"))
	if err != nil {
		return fmt.Errorf("data: %w", err)
	}
	if f.meta, err = ParseFolderMeta(b); err != nil {
		return fmt.Errorf("data: folder %s: %w", path, err)
	}
	if err := f.readIdentifiers(filepath.Join(dir, "identifiers.json")); err != nil {
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

func (f *Folder) openTokens(path string) (*NPY, error) {
	a, err := OpenNPY(path)
	if err != nil {
		return nil, err
	}
	if a.Dims() != 2 || a.Cols() != f.meta.SeqLen {
		err := fmt.Errorf("data: %s: %d dimensions and rows of %d, want 2 and seq_len %d", path, a.Dims(), a.Cols(), f.meta.SeqLen)
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// readVector reads a one-dimensional array file.
func readVector(path string) ([]int32, error) {
	a, err := OpenNPY(path)
	if err != nil {
		return nil, err
	}
	if a.Dims() != 1 {
		err := fmt.Errorf("data: %s: %d dimensions, want 1", path, a.Dims())
		return nil, errors.Join(err, a.Close())
	}
	v, err := a.readAll()
	return v, errors.Join(err, a.Close())
}

// addIndices appends the index arrays of a set, behind those already there.
func (f *Folder) addIndices(prefix string, ids []int32, examples int) error {
	puzzles, err := readOffsets(prefix+"puzzle_indices.npy", examples)
	if err != nil {
		return err
	}
	if len(puzzles) != len(ids)+1 {
		return fmt.Errorf("data: %spuzzle_indices.npy: %d offsets, but %d puzzle identifiers", prefix, len(puzzles), len(ids))
	}
	groups, err := readOffsets(prefix+"group_indices.npy", len(ids))
	if err != nil {
		return err
	}
	for i, from := range groups[:len(groups)-1] {
		if puzzles[from] == puzzles[groups[i+1]] {
			return fmt.Errorf("data: %sgroup_indices.npy: group %d has no examples", prefix, i)
		}
	}
	f.puzzles = appendOffsets(f.puzzles, puzzles)
	f.groups = appendOffsets(f.groups, groups)
	return nil
}

// readOffsets reads an index array, which goes from 0 up to end.
func readOffsets(path string, end int) ([]int32, error) {
	v, err := readVector(path)
	if err != nil {
		return nil, err
	}
	if len(v) == 0 || v[0] != 0 {
		return nil, fmt.Errorf("data: %s: does not start at 0", path)
	}
	for i, x := range v[1:] {
		if x < v[i] {
			return nil, fmt.Errorf("data: %s: falls from %d to %d at index %d", path, v[i], x, i+1)
		}
	}
	if last := int(v[len(v)-1]); last != end {
		return nil, fmt.Errorf("data: %s: ends at %d, want %d", path, last, end)
	}
	return v, nil
}

func appendOffsets(all, v []int32) []int32 {
	base := all[len(all)-1]
	for _, x := range v[1:] {
		all = append(all, base+x)
	}
	return all
}

// checkTokens reads all inputs and labels of a set.
func (f *Folder) checkTokens(s *folderSet) error {
	if s.inputs.Rows() == 0 {
		return nil
	}
	width := f.meta.SeqLen
	step := max(1, npyChunk/width)
	buf := make([]int32, min(step, s.inputs.Rows())*width)
	for _, a := range []*NPY{s.inputs, s.labels} {
		check := f.checkInputs
		if a == s.labels {
			check = f.mapLabels
		}
		for from := 0; from < a.Rows(); from += step {
			to := min(from+step, a.Rows())
			part := buf[:(to-from)*width]
			if err := a.ReadRows(part, from, to); err != nil {
				return err
			}
			if bad := check(part); bad >= 0 {
				return f.tokenError(a, part[bad], from+bad/width, bad%width)
			}
		}
	}
	return nil
}

func (f *Folder) tokenError(a *NPY, token int32, row, col int) error {
	return fmt.Errorf("data: %s: token %d at row %d, column %d is not in 0..%d", a.name, token, row, col, f.meta.VocabSize-1)
}

// checkInputs returns the index of the first token out of range, or -1.
func (f *Folder) checkInputs(tokens []int32) int {
	vocab := uint32(f.meta.VocabSize)
	for i, t := range tokens {
		if uint32(t) >= vocab {
			return i
		}
	}
	return -1
}

// mapLabels marks the labels that do not count and returns the index of the first
// of the others that is out of range, or -1.
func (f *Folder) mapLabels(labels []int32) int {
	vocab, ignored := uint32(f.meta.VocabSize), f.meta.ignored()
	for i, t := range labels {
		if t == ignored || t == IgnoreLabel {
			labels[i] = IgnoreLabel
		} else if uint32(t) >= vocab {
			return i
		}
	}
	return -1
}

// readExample reads an example; the tokens are checked again because the file can
// have changed.
func (f *Folder) readExample(example int, inputs, labels []int32) error {
	k := len(f.sets) - 1
	for f.sets[k].first > example {
		k--
	}
	s, row := &f.sets[k], example-f.sets[k].first
	if err := s.inputs.ReadRows(inputs, row, row+1); err != nil {
		return err
	}
	if bad := f.checkInputs(inputs); bad >= 0 {
		return f.tokenError(s.inputs, inputs[bad], row, bad)
	}
	if err := s.labels.ReadRows(labels, row, row+1); err != nil {
		return err
	}
	if bad := f.mapLabels(labels); bad >= 0 {
		return f.tokenError(s.labels, labels[bad], row, bad)
	}
	return nil
}

// puzzleOf returns the puzzle that an example belongs to.
func (f *Folder) puzzleOf(example int) int {
	// The first puzzle that begins behind the example follows the one sought.
	return sort.Search(len(f.ids), func(p int) bool { return int(f.puzzles[p+1]) > example })
}

// Close closes the array files.
func (f *Folder) Close() error {
	var errs []error
	for _, s := range f.sets {
		for _, a := range []*NPY{s.inputs, s.labels} {
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
