package sudoku

import "github.com/rereadml/reread/data"

// FolderContents returns puzzles as the data set folder that TRM makes of them
// without augmentation: one group, puzzle and example each, padding and ignored
// label 0. [data.WriteFolder] writes it.
func FolderContents(puzzles []Puzzle) data.FolderContents {
	c := data.FolderContents{
		VocabSize:     Vocab,
		SeqLen:        Cells,
		IgnoreLabelID: new(int),
		Identifiers:   []string{"<blank>"},
		Groups:        make([][]data.FolderPuzzle, len(puzzles)),
	}
	for i := range puzzles {
		inputs := puzzles[i].Question.AppendTokens(nil)
		labels := puzzles[i].Solution.AppendTokens(nil)
		c.Groups[i] = []data.FolderPuzzle{{Inputs: [][]int32{inputs}, Labels: [][]int32{labels}}}
	}
	return c
}
