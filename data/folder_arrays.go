package data

import (
	"fmt"
	"io"
	"iter"
	"math"

	"github.com/rereadml/reread/internal/npy"
)

// folderWriter writes the arrays of a set. It holds the indices; inputs and labels are
// made again whenever they are needed.
type folderWriter struct {
	c                    *FolderContents
	all                  iter.Seq[iter.Seq[FolderPuzzle]]
	ids, puzzles, groups []int32
	inputs, labels       npy.Type // the smallest that hold all tokens
}

// scan checks everything and fills the indices.
func (w *folderWriter) scan() error {
	w.puzzles, w.groups = []int32{0}, []int32{0}
	w.inputs, w.labels = npy.Uint8, npy.Uint8
	for group := range w.all {
		if err := w.scanGroup(group); err != nil {
			return err
		}
	}
	return nil
}

func (w *folderWriter) scanGroup(group iter.Seq[FolderPuzzle]) error {
	g, p, before := len(w.groups)-1, 0, w.examples()
	for puzzle := range group {
		if err := w.scanPuzzle(&puzzle); err != nil {
			return fmt.Errorf("group %d, puzzle %d: %w", g, p, err)
		}
		p++
	}
	if w.examples() == before {
		return fmt.Errorf("group %d has no examples", g)
	}
	w.groups = append(w.groups, int32(len(w.ids)))
	return nil
}

func (w *folderWriter) examples() int { return int(w.puzzles[len(w.puzzles)-1]) }

func (w *folderWriter) scanPuzzle(p *FolderPuzzle) error {
	if p.ID < 0 || int(p.ID) >= len(w.c.Identifiers) {
		return fmt.Errorf("identifier %d is not in 0..%d", p.ID, len(w.c.Identifiers)-1)
	}
	if len(p.Inputs) != len(p.Labels) || len(p.Inputs) > math.MaxInt32-w.examples() {
		return fmt.Errorf("%d inputs, %d labels", len(p.Inputs), len(p.Labels))
	}
	for i := range p.Inputs {
		if err := w.scanExample(p.Inputs[i], p.Labels[i]); err != nil {
			return fmt.Errorf("example %d: %w", i, err)
		}
	}
	w.ids = append(w.ids, p.ID)
	w.puzzles = append(w.puzzles, int32(w.examples()+len(p.Inputs)))
	return nil
}

func (w *folderWriter) scanExample(inputs, labels []int32) error {
	c := w.c
	if len(inputs) != c.SeqLen || len(labels) != c.SeqLen {
		return fmt.Errorf("%d inputs, %d labels, want %d", len(inputs), len(labels), c.SeqLen)
	}
	most := int32(0)
	for i, t := range inputs {
		if t < 0 || int(t) >= c.VocabSize {
			return fmt.Errorf("input %d at position %d is not in 0..%d", t, i, c.VocabSize-1)
		}
		most = max(most, t)
	}
	w.inputs = widened(w.inputs, most)
	most = 0
	for i, t := range labels {
		if t == IgnoreLabel && c.IgnoreLabelID != nil {
			w.labels = widened(w.labels, int32(*c.IgnoreLabelID))
		} else if t < 0 || int(t) >= c.VocabSize {
			return fmt.Errorf("label %d at position %d is not in 0..%d", t, i, c.VocabSize-1)
		}
		most = max(most, t)
	}
	w.labels = widened(w.labels, most)
	return nil
}

// stored returns the token that a label is stored as.
func (c *FolderContents) stored(label int32) int32 {
	if label == IgnoreLabel && c.IgnoreLabelID != nil {
		return int32(*c.IgnoreLabelID)
	}
	return label
}

// widened returns the smallest type that holds the values of t and v.
func widened(t npy.Type, v int32) npy.Type {
	if t.Fits(v) {
		return t
	}
	return npy.Int32
}

func (w *folderWriter) meta() FolderMeta {
	m := FolderMeta{
		PadID:                w.c.PadID,
		IgnoreLabelID:        w.c.IgnoreLabelID,
		VocabSize:            w.c.VocabSize,
		SeqLen:               w.c.SeqLen,
		NumPuzzleIdentifiers: len(w.c.Identifiers),
		TotalGroups:          len(w.groups) - 1,
		TotalPuzzles:         len(w.ids),
		Sets:                 []string{"all"},
	}
	if len(w.ids) > 0 {
		m.MeanPuzzleExamples = float64(w.examples()) / float64(len(w.ids))
	}
	return m
}

// write writes the files, whose paths begin with prefix.
func (w *folderWriter) write(prefix string) error {
	arrays := []struct {
		name  string
		write func(io.Writer) error
	}{
		{"inputs", func(out io.Writer) error { return w.writeTokens(out, w.inputs, w.allInputs) }},
		{"labels", func(out io.Writer) error { return w.writeTokens(out, w.labels, w.allLabels) }},
		{"puzzle_identifiers", func(out io.Writer) error { return npy.Write(out, npy.Int32, 0, w.ids) }},
		{"puzzle_indices", func(out io.Writer) error { return npy.Write(out, npy.Int32, 0, w.puzzles) }},
		{"group_indices", func(out io.Writer) error { return npy.Write(out, npy.Int32, 0, w.groups) }},
	}
	for _, a := range arrays {
		if err := writeFile(prefix+a.name+".npy", a.write); err != nil {
			return err
		}
	}
	return nil
}

func (w *folderWriter) writeTokens(out io.Writer, t npy.Type, rows iter.Seq[[]int32]) error {
	if w.examples() > math.MaxInt/w.c.SeqLen {
		return fmt.Errorf("%d examples of %d tokens are too many", w.examples(), w.c.SeqLen)
	}
	return npy.WriteParts(out, t, w.c.SeqLen, w.examples()*w.c.SeqLen, rows)
}

// allInputs yields the inputs of every example.
func (w *folderWriter) allInputs(yield func([]int32) bool) {
	for group := range w.all {
		for puzzle := range group {
			for _, inputs := range puzzle.Inputs {
				if !yield(inputs) {
					return
				}
			}
		}
	}
}

// allLabels yields the labels of every example, as they are stored.
func (w *folderWriter) allLabels(yield func([]int32) bool) {
	row := make([]int32, w.c.SeqLen)
	for group := range w.all {
		for puzzle := range group {
			for _, labels := range puzzle.Labels {
				row = row[:0]
				for _, t := range labels {
					row = append(row, w.c.stored(t))
				}
				if !yield(row) {
					return
				}
			}
		}
	}
}
