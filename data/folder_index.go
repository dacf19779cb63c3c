package data

import (
	"errors"
	"fmt"
	"sort"

	"github.com/rereadml/reread/internal/npy"
)

// readVector reads a one-dimensional array file.
func readVector(path string) ([]int32, error) {
	a, err := npy.Open(path)
	if err != nil {
		return nil, err
	}
	if a.Dims() != 1 {
		err := fmt.Errorf("data: %s: %d dimensions, want 1", path, a.Dims())
		return nil, errors.Join(err, a.Close())
	}
	v, err := a.ReadAll()
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

// puzzleOf returns the puzzle that an example belongs to.
func (f *Folder) puzzleOf(example int) int {
	// The first puzzle that begins behind the example follows the one sought.
	return sort.Search(len(f.ids), func(p int) bool { return int(f.puzzles[p+1]) > example })
}
