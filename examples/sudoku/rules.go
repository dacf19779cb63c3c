package main

import (
	"fmt"
	"strings"

	"github.com/rereadml/reread/data/sudoku"
)

// violation is a digit that stands more than once in a row, column or box.
type violation struct {
	count int
	digit uint8
	unit  string
	index int // from 1
}

func (v violation) String() string {
	return fmt.Sprintf("%d times %d in %s %d", v.count, v.digit, v.unit, v.index)
}

// violations lists how a grid breaks the rules, blanks aside, and marks the
// cells that take part.
func violations(g sudoku.Grid) (list []violation, cells [sudoku.Cells]bool) {
	for _, unit := range []struct {
		name string
		cell func(i, k int) int // k of unit i
	}{
		{"row", func(i, k int) int { return 9*i + k }},
		{"column", func(i, k int) int { return 9*k + i }},
		{"box", func(i, k int) int { return 27*(i/3) + 3*(i%3) + 9*(k/3) + k%3 }},
	} {
		for i := range 9 {
			var where [10][]int
			for k := range 9 {
				c := unit.cell(i, k)
				where[g[c]] = append(where[g[c]], c)
			}
			for d := 1; d <= 9; d++ {
				if len(where[d]) < 2 {
					continue
				}
				list = append(list, violation{len(where[d]), uint8(d), unit.name, i + 1})
				for _, c := range where[d] {
					cells[c] = true
				}
			}
		}
	}
	return list, cells
}

// shortfall says how far from a solution an answer is.
func shortfall(answer, puzzle sudoku.Grid) string {
	list, clash := violations(answer)
	filled, changed := 0, 0
	for c, d := range answer {
		if puzzle[c] != 0 && d != puzzle[c] {
			changed++
		}
		if puzzle[c] == 0 && d != 0 && !clash[c] {
			filled++
		}
	}
	parts := []string{fmt.Sprintf("%d of %d blanks filled without a clash", filled, sudoku.Cells-puzzle.Givens())}
	if changed > 0 {
		parts = append(parts, count(changed, "given")+" changed")
	}
	if len(list) > 0 {
		parts = append(parts, fmt.Sprintf("%s, first %v", count(len(list), "rule violation"), list[0]))
	}
	return strings.Join(parts, ", ")
}

// count writes a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
