package data

import (
	"errors"
	"fmt"

	"github.com/rereadml/reread/internal/npy"
)

// checkedAtOnce is how many tokens are read at a time when a folder is opened.
const checkedAtOnce = 32 << 10

func (f *Folder) openTokens(path string) (*npy.Array, error) {
	a, err := npy.Open(path)
	if err != nil {
		return nil, err
	}
	if a.Dims() != 2 || a.Cols() != f.meta.SeqLen {
		err := fmt.Errorf("data: %s: %d dimensions and rows of %d, want 2 and seq_len %d", path, a.Dims(), a.Cols(), f.meta.SeqLen)
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// checkTokens reads all inputs and labels of a set.
func (f *Folder) checkTokens(s *folderSet) error {
	if s.inputs.Rows() == 0 {
		return nil
	}
	width := f.meta.SeqLen
	step := max(1, checkedAtOnce/width)
	buf := make([]int32, min(step, s.inputs.Rows())*width)
	for _, a := range []*npy.Array{s.inputs, s.labels} {
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

func (f *Folder) tokenError(a *npy.Array, token int32, row, col int) error {
	return fmt.Errorf("data: %s: token %d at row %d, column %d is not in 0..%d", a.Name(), token, row, col, f.meta.VocabSize-1)
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
