package maze

import "fmt"

// AppendTokens appends the tokens of the cells to dst.
func (g Grid) AppendTokens(dst []int32) []int32 {
	for _, c := range g.Cells {
		dst = append(dst, int32(c))
	}
	return dst
}

// FromTokens reads the grid that tokens stand for, such as a model's answer. Another
// number of tokens, or one that is not in the vocabulary, is an error that says
// where.
func FromTokens(s Shape, tokens []int32) (Grid, error) {
	if err := s.Check(); err != nil {
		return Grid{}, err
	}
	if len(tokens) != s.Cells() {
		return Grid{}, fmt.Errorf("maze: %d tokens, %v want %d", len(tokens), s, s.Cells())
	}
	g := Grid{s, make([]Cell, len(tokens))}
	for i, t := range tokens {
		if t < 0 || int(t) >= Vocab {
			return Grid{}, fmt.Errorf("maze: token %d in row %d, column %d, want 0 to %d", t, i/s.Width+1, i%s.Width+1, Vocab-1)
		}
		g.Cells[i] = Cell(t)
	}
	return g, nil
}

// Keeps reports whether a row's answer is its inputs with a shortest path marked, as
// evaluations and solvers ask for it: mazes have many, and a label is but one of
// them. See [Grid.Solves].
func (s Shape) Keeps(inputs, answer []int32) bool {
	maze, err := FromTokens(s, inputs)
	if err != nil {
		return false
	}
	grid, err := FromTokens(s, answer)
	return err == nil && grid.Solves(maze)
}
