package nn

import "fmt"

// CheckRow reports a token, label or puzzle identifier that the model has no
// embedding or output for. labels may be nil.
func CheckRow(m Model, inputs, labels []int32, id int32) error {
	a := m.Spec()
	if len(inputs) != a.SeqLen {
		return fmt.Errorf("nn: %d cells, want %d", len(inputs), a.SeqLen)
	}
	for i, tok := range inputs {
		if tok < 0 || int(tok) >= a.VocabSize {
			return fmt.Errorf("nn: token %d in cell %d, want 0 to %d", tok, i, a.VocabSize-1)
		}
	}
	for i, l := range labels {
		if l != IgnoreLabel && (l < 0 || int(l) >= a.VocabSize) {
			return fmt.Errorf("nn: label %d in cell %d, want 0 to %d or %d", l, i, a.VocabSize-1, IgnoreLabel)
		}
	}
	if e := m.PuzzleTable(); e != nil && (id < 0 || int(id) >= e.IDs) {
		return fmt.Errorf("nn: puzzle identifier %d, want 0 to %d", id, e.IDs-1)
	}
	return nil
}
