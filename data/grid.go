package data

import (
	"fmt"
)

const (
	// SudokuCells is the number of cells of a [Grid], and the sequence length of
	// a Sudoku row.
	SudokuCells = 81
	// SudokuVocab is the vocabulary of Sudoku rows: padding, blank, nine digits.
	SudokuVocab = 11
	// IgnoreLabel marks a position that neither the loss nor the accuracy counts.
	IgnoreLabel = -100
)

// blankToken is the token of a blank cell; digit d has token blankToken + d.
const blankToken = 1

// Grid is a 9x9 Sudoku grid in row-major order: 0 is a blank cell, 1 to 9 are
// digits. Other values can be stored but make the grid inconsistent.
type Grid [SudokuCells]uint8

// ParseGrid reads a grid of exactly 81 characters, row by row: digits, with '.'
// or '0' for a blank cell. The rules of Sudoku are not checked; see
// [Grid.Consistent].
func ParseGrid(s string) (Grid, error) {
	var g Grid
	err := parseGrid(&g, s)
	return g, err
}

// parseGrid takes strings and byte slices alike so that the CSV reader does not
// turn every field into a string.
func parseGrid[T string | []byte](g *Grid, s T) error {
	if len(s) != SudokuCells {
		return fmt.Errorf("data: grid has %d characters, want %d", len(s), SudokuCells)
	}
	for i := range g {
		switch c := s[i]; {
		case c == '.':
			g[i] = 0
		case '0' <= c && c <= '9':
			g[i] = c - '0'
		default:
			return fmt.Errorf("data: grid has character %q at position %d, want a digit or '.'", c, i)
		}
	}
	return nil
}

// String returns the 81 characters that [ParseGrid] reads, with '.' for a blank
// cell and '?' for a value that is no digit.
func (g Grid) String() string {
	return string(g.appendTo(make([]byte, 0, SudokuCells)))
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

// Tokens writes the 81 tokens of the grid into dst, which must have at least 81
// elements.
func (g Grid) Tokens(dst []int32) {
	g.tokens(dst)
}

func (g *Grid) tokens(dst []int32) {
	dst = dst[:SudokuCells]
	for i, v := range g {
		dst[i] = blankToken + int32(v)
	}
}

// GridFromTokens is the inverse of [Grid.Tokens]. It returns an error unless
// there are exactly 81 tokens, each of a blank or a digit.
func GridFromTokens(tokens []int32) (Grid, error) {
	var g Grid
	if len(tokens) != SudokuCells {
		return g, fmt.Errorf("data: %d tokens, want %d", len(tokens), SudokuCells)
	}
	for i, t := range tokens {
		if t < blankToken || t >= SudokuVocab {
			return Grid{}, fmt.Errorf("data: token %d at position %d, want %d..%d", t, i, blankToken, SudokuVocab-1)
		}
		g[i] = uint8(t - blankToken)
	}
	return g, nil
}

// cellRow, cellCol and cellBox give the units of a cell.
var cellRow, cellCol, cellBox = cellUnits()

func cellUnits() (rows, cols, boxes [SudokuCells]uint8) {
	for i := range rows {
		r, c := i/9, i%9
		rows[i], cols[i], boxes[i] = uint8(r), uint8(c), uint8(r/3*3+c/3)
	}
	return rows, cols, boxes
}
