package sudoku

import "fmt"

const (
	// Cells is the number of cells of a [Grid], and the sequence length of a row.
	Cells = 81
	// Vocab is the vocabulary of rows: padding, blank, nine digits.
	Vocab = 11
	// BlankToken is the token of a blank cell; digit d has token BlankToken + d.
	BlankToken = 1
)

// Grid is a 9x9 Sudoku grid in row-major order: 0 is a blank cell, 1 to 9 are
// digits. Other values can be stored but make the grid inconsistent.
type Grid [Cells]uint8

// Parse reads a grid of exactly 81 characters, row by row: digits, with '.'
// or '0' for a blank cell. The rules of Sudoku are not checked; see
// [Grid.Consistent].
func Parse(s string) (Grid, error) {
	var g Grid
	if err := parseGrid(&g, s); err != nil {
		return Grid{}, fmt.Errorf("sudoku: %w", err)
	}
	return g, nil
}

// parseGrid takes strings and byte slices alike so that the CSV reader does not
// turn every field into a string.
func parseGrid[T string | []byte](g *Grid, s T) error {
	if len(s) != Cells {
		return fmt.Errorf("grid has %d characters, want %d", len(s), Cells)
	}
	for i := range g {
		switch c := s[i]; {
		case c == '.':
			g[i] = 0
		case '0' <= c && c <= '9':
			g[i] = c - '0'
		default:
			return fmt.Errorf("grid has character %q at position %d, want a digit or '.'", c, i)
		}
	}
	return nil
}

// String returns the 81 characters that [Parse] reads, with '.' for a blank
// cell and '?' for a value that is no digit.
func (g Grid) String() string {
	return string(g.appendTo(make([]byte, 0, Cells)))
}

func (g *Grid) appendTo(b []byte) []byte {
	for _, v := range g {
		switch {
		case v == 0:
			b = append(b, '.')
		case v <= 9:
			b = append(b, '0'+v)
		default:
			b = append(b, '?')
		}
	}
	return b
}

// units returns the sets of digits, as bit masks, that the cells of every row,
// column and box hold together, and whether the grid keeps the rules so far.
func (g *Grid) units() (rows, cols, boxes [9]uint16, ok bool) {
	for i, v := range g {
		if v == 0 {
			continue
		}
		if v > 9 {
			return rows, cols, boxes, false
		}
		r, c, b := int(cellRow[i]), int(cellCol[i]), int(cellBox[i])
		bit := uint16(1) << v
		if (rows[r]|cols[c]|boxes[b])&bit != 0 {
			return rows, cols, boxes, false
		}
		rows[r] |= bit
		cols[c] |= bit
		boxes[b] |= bit
	}
	return rows, cols, boxes, true
}

// Clash names a digit that stands twice in a row, column or box, as in "two 5s in
// row 3"; it is "" if none does.
func (g Grid) Clash() string {
	for i, v := range g {
		for j, w := range g[:i] {
			if v == 0 || v != w {
				continue
			}
			switch {
			case cellRow[i] == cellRow[j]:
				return fmt.Sprintf("two %ds in row %d", v, cellRow[i]+1)
			case cellCol[i] == cellCol[j]:
				return fmt.Sprintf("two %ds in column %d", v, cellCol[i]+1)
			case cellBox[i] == cellBox[j]:
				return fmt.Sprintf("two %ds in box %d", v, cellBox[i]+1)
			}
		}
	}
	return ""
}

// Consistent reports whether no digit stands twice in a row, column or box. A
// consistent grid need not have a solution.
func (g Grid) Consistent() bool {
	_, _, _, ok := g.units()
	return ok
}

// Solved reports whether every cell is filled and all rules hold.
func (g Grid) Solved() bool {
	return g.solved()
}

func (g *Grid) solved() bool {
	for _, v := range g {
		if v == 0 {
			return false
		}
	}
	_, _, _, ok := g.units()
	return ok
}

// Extends reports whether g holds every given of givens at the same cell.
func (g Grid) Extends(givens Grid) bool {
	return g.extends(&givens)
}

func (g *Grid) extends(givens *Grid) bool {
	for i, v := range givens {
		if v != 0 && g[i] != v {
			return false
		}
	}
	return true
}

// Solves reports whether g is a solved grid that holds all givens of a puzzle.
func (g Grid) Solves(puzzle Grid) bool { return g.solved() && g.extends(&puzzle) }

// Givens returns the number of cells that are not blank.
func (g Grid) Givens() int {
	n := 0
	for _, v := range g {
		if v != 0 {
			n++
		}
	}
	return n
}

// AppendTokens appends the 81 tokens of the grid to dst.
func (g Grid) AppendTokens(dst []int32) []int32 {
	return g.appendTokens(dst)
}

func (g *Grid) appendTokens(dst []int32) []int32 {
	for _, v := range g {
		dst = append(dst, BlankToken+int32(v))
	}
	return dst
}

// FromTokens reads the grid that 81 tokens stand for, such as a model's answer.
// Padding, which a model is free to answer, becomes a blank cell. Another number
// of tokens, or one that is not in the vocabulary, is an error that says where.
func FromTokens(tokens []int32) (Grid, error) {
	if len(tokens) != Cells {
		return Grid{}, fmt.Errorf("sudoku: %d tokens, want %d", len(tokens), Cells)
	}
	var g Grid
	for i, t := range tokens {
		if t < 0 || t >= Vocab {
			return Grid{}, fmt.Errorf("sudoku: token %d in row %d, column %d, want 0 to %d", t, i/9+1, i%9+1, Vocab-1)
		}
		g[i] = uint8(max(t, BlankToken) - BlankToken)
	}
	return g, nil
}

// Keeps reports whether a row's answer is a solved grid that keeps the givens of
// its inputs: the rules of Sudoku as evaluations and solvers ask for them.
// Padding counts as blank; what is not the tokens of a grid keeps no rules.
func Keeps(inputs, answer []int32) bool {
	puzzle, err := FromTokens(inputs)
	if err != nil {
		return false
	}
	grid, err := FromTokens(answer)
	return err == nil && grid.Solves(puzzle)
}

// cellRow, cellCol and cellBox give the units of a cell.
var cellRow, cellCol, cellBox = cellUnits()

func cellUnits() (rows, cols, boxes [Cells]uint8) {
	for i := range rows {
		r, c := i/9, i%9
		rows[i], cols[i], boxes[i] = uint8(r), uint8(c), uint8(r/3*3+c/3)
	}
	return rows, cols, boxes
}
