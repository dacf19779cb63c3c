package main

import (
	"fmt"
	"strings"

	"github.com/rereadml/reread/data/sudoku/anysize"
	"github.com/rereadml/reread/internal/command"
)

// violation is a value that stands more than once in a row, column or box.
type violation struct {
	count int
	value byte // its character
	unit  string
	index int // from 1
}

func (v violation) String() string {
	return fmt.Sprintf("%d times %c in %s %d", v.count, v.value, v.unit, v.index)
}

// violations lists how a grid breaks the rules, blanks aside, and marks the
// cells that take part.
func violations(g anysize.Grid) (list []violation, cells []bool) {
	cells = make([]bool, len(g.Values))
	for kind, name := range []string{"row", "column", "box"} {
		where := make([][][]int, g.Boxes.Side()) // by unit and value: cells
		for i := range where {
			where[i] = make([][]int, g.Boxes.Side()+1)
		}
		for c, v := range g.Values {
			row, column, box := g.Boxes.Units(c)
			unit := where[[]int{row, column, box}[kind]]
			unit[v] = append(unit[v], c)
		}
		for i, unit := range where {
			for _, same := range unit[1:] {
				if len(same) < 2 {
					continue
				}
				list = append(list, violation{len(same), g.String()[same[0]], name, i + 1})
				for _, c := range same {
					cells[c] = true
				}
			}
		}
	}
	return list, cells
}

// shortfall says how far from a solution an answer is.
func shortfall(answer, puzzle anysize.Grid) string {
	list, clash := violations(answer)
	filled, changed := 0, 0
	for c, d := range answer.Values {
		given := puzzle.Values[c]
		if given != 0 && d != given {
			changed++
		}
		if given == 0 && d != 0 && !clash[c] {
			filled++
		}
	}
	parts := []string{fmt.Sprintf("%d of %d blanks filled without a clash", filled, len(puzzle.Values)-puzzle.Givens())}
	if changed > 0 {
		parts = append(parts, command.Count(changed, "given")+" changed")
	}
	if len(list) > 0 {
		parts = append(parts, fmt.Sprintf("%s, first %v", command.Count(len(list), "rule violation"), list[0]))
	}
	return strings.Join(parts, ", ")
}
