package reread

import (
	"fmt"
	"slices"
)

// View is another form of a puzzle that means the same: its cells in another
// order, its tokens by other names, inputs and answers alike. The zero value is
// the puzzle as it is.
type View struct {
	Cells  []int   // for each cell of the view, the cell of the puzzle that it shows [S]; nil: the same
	Tokens []int32 // for each token of the puzzle, the one that stands for it [V]; nil: the same
}

// check says why a view is not one of puzzles of so many cells and tokens.
func (v *View) check(cells, vocab int) error {
	if v.Cells != nil && !permutes(v.Cells, cells) {
		return fmt.Errorf("its cells are no permutation of 0 to %d", cells-1)
	}
	if v.Tokens != nil && !permutes(v.Tokens, vocab) {
		return fmt.Errorf("its tokens are no permutation of 0 to %d", vocab-1)
	}
	return nil
}

// permutes reports whether p has every number below n once.
func permutes[T int | int32](p []T, n int) bool {
	seen := make([]bool, n)
	for _, i := range p {
		if i < 0 || int(i) >= n || seen[i] {
			return false
		}
		seen[i] = true
	}
	return len(p) == n
}

// show writes the inputs [S] of a puzzle as the view has them, which are tokens or
// sets of them.
func (v *View) show(puzzle, inputs []int32, sets bool) {
	for i := range inputs {
		cell := i
		if v.Cells != nil {
			cell = v.Cells[i]
		}
		inputs[i] = v.rename(puzzle[cell], sets)
	}
}

// rename returns an input of a cell by the names of the view.
func (v *View) rename(input int32, sets bool) int32 {
	switch {
	case v.Tokens == nil:
		return input
	case !sets:
		return v.Tokens[input]
	}
	set := int32(0)
	for t, name := range v.Tokens {
		set |= input >> t & 1 << name
	}
	return set
}

// back turns an answer in the form of the view into one to the puzzle: its tokens
// [S] and, unless nil, their confidence [S].
func (v *View) back(tokens []int32, confidence []float32) {
	for i, t := range tokens {
		if v.Tokens != nil {
			tokens[i] = int32(slices.Index(v.Tokens, t))
		}
	}
	if v.Cells != nil {
		scatter(tokens, v.Cells)
		scatter(confidence, v.Cells)
	}
}

// scatter moves every element i to cells[i].
func scatter[T any](x []T, cells []int) {
	for i, v := range slices.Clone(x) {
		x[cells[i]] = v
	}
}
