package maze

import "github.com/rereadml/reread/data"

// FolderContents returns the rows as the data set folder that HRM and TRM make of
// them: padding and ignored label 0, and a group of each maze, with one puzzle of one
// example. augment, which both have off by default, adds a puzzle for each further
// symmetry that keeps the shape, in the order of [Shape.Symmetries].
// [data.WriteFolder] writes it.
func (r *Rows) FolderContents(augment bool) data.FolderContents {
	symmetries := []Dihedral{0}
	if augment {
		symmetries = r.shape.Symmetries()
	}
	c := data.FolderContents{
		VocabSize:     Vocab,
		SeqLen:        r.SeqLen(),
		IgnoreLabelID: new(int),
		Identifiers:   []string{"<blank>"},
		Groups:        make([][]data.FolderPuzzle, len(r.puzzles)),
	}
	for i, p := range r.puzzles {
		for _, d := range symmetries {
			c.Groups[i] = append(c.Groups[i], data.FolderPuzzle{
				Inputs: [][]int32{d.apply(p.Question).AppendTokens(nil)},
				Labels: [][]int32{d.apply(p.Solution).AppendTokens(nil)},
			})
		}
	}
	return c
}
