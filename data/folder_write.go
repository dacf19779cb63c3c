package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/rereadml/reread/internal/atomicfile"
	"github.com/rereadml/reread/internal/npy"
)

// FolderContents is a split in memory, for [WriteFolder].
type FolderContents struct {
	// VocabSize is the number of tokens, SeqLen the length of every sequence.
	VocabSize, SeqLen int
	// PadID is the padding token.
	PadID int
	// IgnoreLabelID is what an ignored label is stored as; nil if there are none.
	// Labels that have this value already are ignored too when read.
	IgnoreLabelID *int
	// Identifiers names the puzzle identifiers; the first is by custom "<blank>".
	Identifiers []string
	// Groups holds the puzzles of each group.
	Groups [][]FolderPuzzle
}

// FolderPuzzle is a puzzle of [FolderContents]: its identifier and, for each of
// its examples, SeqLen inputs and as many labels.
type FolderPuzzle struct {
	ID             int32
	Inputs, Labels [][]int32
}

// WriteFolder writes a split of a dataset folder that [OpenFolder] reads, as the
// one set "all", and the identifiers.json of the dataset, which its splits share.
// Folders are made as needed and existing files replaced, each in one step. Contents
// that [OpenFolder] would turn down are an error. dataset.json comes last, so that
// an interrupted split cannot be taken for a whole one.
func WriteFolder(dir, split string, c FolderContents) error {
	if !plainName(split) {
		return fmt.Errorf("data: split %q is not a plain name", split)
	}
	var a folderArrays
	if err := a.fill(&c); err != nil {
		return fmt.Errorf("data: write folder: %w", err)
	}
	meta := a.meta(&c)
	if err := meta.Validate(); err != nil {
		return fmt.Errorf("data: write folder: %w", err)
	}
	path := filepath.Join(dir, split)
	if err := os.MkdirAll(path, 0o777); err != nil {
		return fmt.Errorf("data: write folder: %w", err)
	}
	// An old dataset.json would vouch for a mixture of old and new arrays.
	if err := os.Remove(filepath.Join(path, "dataset.json")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("data: write folder: %w", err)
	}
	if err := a.write(filepath.Join(path, "all__"), &c); err != nil {
		return err
	}
	if err := writeJSON(filepath.Join(dir, "identifiers.json"), c.Identifiers); err != nil {
		return err
	}
	return writeJSON(filepath.Join(path, "dataset.json"), meta)
}

// folderArrays are the arrays of a set.
type folderArrays struct {
	inputs, labels       []int32
	ids, puzzles, groups []int32
}

func (a *folderArrays) fill(c *FolderContents) error {
	a.puzzles, a.groups = []int32{0}, []int32{0}
	for g, group := range c.Groups {
		before := a.examples()
		for p := range group {
			if err := a.addPuzzle(c, &group[p]); err != nil {
				return fmt.Errorf("group %d, puzzle %d: %w", g, p, err)
			}
		}
		if a.examples() == before {
			return fmt.Errorf("group %d has no examples", g)
		}
		a.groups = append(a.groups, int32(len(a.ids)))
	}
	return nil
}

func (a *folderArrays) examples() int { return int(a.puzzles[len(a.puzzles)-1]) }

func (a *folderArrays) addPuzzle(c *FolderContents, p *FolderPuzzle) error {
	if p.ID < 0 || int(p.ID) >= len(c.Identifiers) {
		return fmt.Errorf("identifier %d is not in 0..%d", p.ID, len(c.Identifiers)-1)
	}
	if len(p.Inputs) != len(p.Labels) || len(p.Inputs) > math.MaxInt32-a.examples() {
		return fmt.Errorf("%d inputs, %d labels", len(p.Inputs), len(p.Labels))
	}
	for i := range p.Inputs {
		if err := a.addExample(c, p.Inputs[i], p.Labels[i]); err != nil {
			return fmt.Errorf("example %d: %w", i, err)
		}
	}
	a.ids = append(a.ids, p.ID)
	a.puzzles = append(a.puzzles, int32(a.examples()+len(p.Inputs)))
	return nil
}

func (a *folderArrays) addExample(c *FolderContents, inputs, labels []int32) error {
	if len(inputs) != c.SeqLen || len(labels) != c.SeqLen {
		return fmt.Errorf("%d inputs, %d labels, want %d", len(inputs), len(labels), c.SeqLen)
	}
	for i, t := range inputs {
		if t < 0 || int(t) >= c.VocabSize {
			return fmt.Errorf("input %d at position %d is not in 0..%d", t, i, c.VocabSize-1)
		}
	}
	a.inputs = append(a.inputs, inputs...)
	for i, t := range labels {
		if t == IgnoreLabel && c.IgnoreLabelID != nil {
			t = int32(*c.IgnoreLabelID)
		} else if t < 0 || int(t) >= c.VocabSize {
			return fmt.Errorf("label %d at position %d is not in 0..%d", t, i, c.VocabSize-1)
		}
		a.labels = append(a.labels, t)
	}
	return nil
}

func (a *folderArrays) meta(c *FolderContents) FolderMeta {
	m := FolderMeta{
		PadID:                c.PadID,
		IgnoreLabelID:        c.IgnoreLabelID,
		VocabSize:            c.VocabSize,
		SeqLen:               c.SeqLen,
		NumPuzzleIdentifiers: len(c.Identifiers),
		TotalGroups:          len(c.Groups),
		TotalPuzzles:         len(a.ids),
		Sets:                 []string{"all"},
	}
	if len(a.ids) > 0 {
		m.MeanPuzzleExamples = float64(a.examples()) / float64(len(a.ids))
	}
	return m
}

func (a *folderArrays) write(prefix string, c *FolderContents) error {
	arrays := []struct {
		name   string
		dtype  npy.Type
		cols   int
		values []int32
	}{
		{"inputs", tokenType(a.inputs), c.SeqLen, a.inputs},
		{"labels", tokenType(a.labels), c.SeqLen, a.labels},
		{"puzzle_identifiers", npy.Int32, 0, a.ids},
		{"puzzle_indices", npy.Int32, 0, a.puzzles},
		{"group_indices", npy.Int32, 0, a.groups},
	}
	for _, v := range arrays {
		err := writeFile(prefix+v.name+".npy", func(w io.Writer) error {
			return npy.Write(w, v.dtype, v.cols, v.values)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tokenType returns the smallest type that holds the values.
func tokenType(values []int32) npy.Type {
	for _, v := range values {
		if !npy.Uint8.Fits(v) {
			return npy.Int32
		}
	}
	return npy.Uint8
}

func writeJSON(path string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("data: %s: %w", path, err)
	}
	if err := atomicfile.WriteBytes(path, append(b, '\n')); err != nil {
		return fmt.Errorf("data: %s: %w", path, err)
	}
	return nil
}

func writeFile(path string, write func(io.Writer) error) error {
	if err := atomicfile.Write(path, write); err != nil {
		return fmt.Errorf("data: %s: %w", path, err)
	}
	return nil
}
