package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"
)

// FolderMeta is the dataset.json of one split of a dataset folder.
type FolderMeta struct {
	// PadID is the token that pads short batches and sequences.
	PadID int `json:"pad_id"`
	// IgnoreLabelID is the label that does not count; nil if every label does.
	IgnoreLabelID *int `json:"ignore_label_id"`
	// BlankIdentifierID is the puzzle identifier of padding.
	BlankIdentifierID int `json:"blank_identifier_id"`
	// VocabSize is the number of tokens, SeqLen the length of a sequence.
	VocabSize int `json:"vocab_size"`
	SeqLen    int `json:"seq_len"`
	// NumPuzzleIdentifiers is the size of the puzzle-embedding table.
	NumPuzzleIdentifiers int `json:"num_puzzle_identifiers"`
	// TotalGroups is the number of groups of all sets.
	TotalGroups int `json:"total_groups"`
	// MeanPuzzleExamples is the mean number of examples of a puzzle.
	MeanPuzzleExamples float64 `json:"mean_puzzle_examples"`
	// TotalPuzzles is required by TRM, missing in HRM's folders (0 then), and the
	// number of groups in some; nothing here depends on it.
	TotalPuzzles int `json:"total_puzzles"`
	// Sets are the prefixes of the array files, in practice just "all".
	Sets []string `json:"sets"`
}

// parseFolderMeta reads a dataset.json and checks that its values make sense
// together. Unknown keys are passed over.
func parseFolderMeta(b []byte) (FolderMeta, error) {
	var m FolderMeta
	if err := json.Unmarshal(b, &m); err != nil {
		return FolderMeta{}, fmt.Errorf("data: dataset.json: %w", err)
	}
	if err := m.Validate(); err != nil {
		return FolderMeta{}, err
	}
	return m, nil
}

// Validate reports the first value that cannot be right.
func (m *FolderMeta) Validate() error {
	ranges := []struct {
		key      string
		v        int
		low, end int
	}{
		{"vocab_size", m.VocabSize, 1, math.MaxInt32},
		{"seq_len", m.SeqLen, 1, math.MaxInt32},
		{"num_puzzle_identifiers", m.NumPuzzleIdentifiers, 1, math.MaxInt32},
		{"total_groups", m.TotalGroups, 0, math.MaxInt32},
		{"total_puzzles", m.TotalPuzzles, 0, math.MaxInt32},
		{"pad_id", m.PadID, 0, m.VocabSize},
		{"blank_identifier_id", m.BlankIdentifierID, 0, m.NumPuzzleIdentifiers},
	}
	for _, r := range ranges {
		if r.v < r.low || r.v >= r.end {
			return fmt.Errorf("data: dataset.json: %s %d is not in %d..%d", r.key, r.v, r.low, r.end-1)
		}
	}
	if id := m.IgnoreLabelID; id != nil && (*id < math.MinInt32 || *id > math.MaxInt32) {
		return fmt.Errorf("data: dataset.json: ignore_label_id %d does not fit 32 bits", *id)
	}
	return m.checkSets()
}

func (m *FolderMeta) checkSets() error {
	if len(m.Sets) == 0 {
		return errors.New("data: dataset.json: no sets")
	}
	seen := make(map[string]bool, len(m.Sets))
	for _, s := range m.Sets {
		if !plainName(s) {
			return fmt.Errorf("data: dataset.json: set %.60q is not a plain file name", s)
		}
		if seen[s] {
			return fmt.Errorf("data: dataset.json: set %.60q twice", s)
		}
		seen[s] = true
	}
	return nil
}

// plainName reports whether s names an entry of a folder and nothing outside it.
func plainName(s string) bool {
	return s != "." && filepath.IsLocal(s) && filepath.Base(s) == s
}

// ignored maps stored labels to -100: the folder's own mark, and -100 itself,
// which the reference implementations ignore in any case.
func (m *FolderMeta) ignored() int32 {
	if m.IgnoreLabelID == nil {
		return IgnoreLabel
	}
	return int32(*m.IgnoreLabelID)
}
