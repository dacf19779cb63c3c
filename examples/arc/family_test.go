package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data/arc"
)

// rows returns the rows of a grid.
func rows(g arc.Grid) [][]uint8 {
	var out [][]uint8
	for row := range g.Rows {
		out = append(out, g.Cells[row*g.Cols:][:g.Cols])
	}
	return out
}

// anyTurn reports whether there is one turn after which a check holds of all pairs.
func anyTurn(pairs []arc.Pair, check func(in, out arc.Grid) bool) bool {
	for turn := range uint8(4) {
		if !slices.ContainsFunc(pairs, func(p arc.Pair) bool { return !check(image(p.Input, turn), image(p.Output, turn)) }) {
			return true
		}
	}
	return false
}

// coloured returns the cells of a row that are not empty.
func coloured(row []uint8) []uint8 {
	return slices.DeleteFunc(slices.Clone(row), func(c uint8) bool { return c == 0 })
}

// outside returns the cells that can be reached from the edges through empty ones.
func outside(g arc.Grid) []bool {
	reached := make([]bool, len(g.Cells))
	var visit func(row, col int)
	visit = func(row, col int) {
		if row < 0 || col < 0 || row >= g.Rows || col >= g.Cols || reached[row*g.Cols+col] || *at(g, row, col) != 0 {
			return
		}
		reached[row*g.Cols+col] = true
		for _, d := range [][2]int{{0, 1}, {1, 0}, {0, -1}, {-1, 0}} {
			visit(row+d[0], col+d[1])
		}
	}
	for row := range g.Rows {
		for col := range g.Cols {
			if row == 0 || col == 0 || row == g.Rows-1 || col == g.Cols-1 {
				visit(row, col)
			}
		}
	}
	return reached
}

// rules say whether pairs keep one rule of a family, found in another way than they
// were made.
var rules = map[string]func(pairs []arc.Pair) bool{
	"mirror": func(pairs []arc.Pair) bool {
		return slices.ContainsFunc([]uint8{2, 4, 5}, func(symmetry uint8) bool {
			return !slices.ContainsFunc(pairs, func(p arc.Pair) bool { return !image(p.Input, symmetry).Equal(p.Output) })
		})
	},
	"recolour": func(pairs []arc.Pair) bool {
		to := map[uint8]uint8{0: 0}
		for _, p := range pairs {
			for i, c := range p.Input.Cells {
				if known, ok := to[c]; ok && known != p.Output.Cells[i] {
					return false
				}
				to[c] = p.Output.Cells[i]
			}
		}
		return len(to) > 2
	},
	"gravity": func(pairs []arc.Pair) bool {
		return anyTurn(pairs, func(in, out arc.Grid) bool { // to the left
			for i, row := range rows(out) {
				fallen := coloured(row)
				if !slices.Equal(fallen, row[:len(fallen)]) || !slices.Equal(fallen, coloured(rows(in)[i])) {
					return false
				}
			}
			return true
		})
	},
	"frame": func(pairs []arc.Pair) bool {
		frame := pairs[0].Output.Cells[0]
		for _, p := range pairs {
			for i, c := range p.Output.Cells {
				row, col := i/p.Output.Cols, i%p.Output.Cols
				edge := row == 0 || col == 0 || row == p.Output.Rows-1 || col == p.Output.Cols-1
				if edge && c != frame || !edge && c != p.Input.Cells[i] {
					return false
				}
			}
		}
		return frame != 0
	},
	"symmetry": func(pairs []arc.Pair) bool {
		return anyTurn(pairs, func(in, out arc.Grid) bool {
			given, all := rows(in), rows(out)
			for i := range all {
				if !slices.Equal(all[i], all[len(all)-1-i]) || i < (len(all)+1)/2 && !slices.Equal(all[i], given[i]) ||
					i >= (len(all)+1)/2 && len(coloured(given[i])) > 0 {
					return false
				}
			}
			return true
		})
	},
	"fill": func(pairs []arc.Pair) bool {
		var fill uint8
		for _, p := range pairs {
			out := outside(p.Input)
			for i, c := range p.Output.Cells {
				switch {
				case p.Input.Cells[i] != 0 || out[i]:
					if c != p.Input.Cells[i] {
						return false
					}
				case fill != 0 && c != fill:
					return false
				default:
					fill = c
				}
			}
		}
		return fill != 0
	},
	"lines": func(pairs []arc.Pair) bool {
		return anyTurn(pairs, func(in, out arc.Grid) bool { // to the right
			for i, row := range rows(in) {
				var last uint8
				for col, c := range row {
					if c != 0 {
						last = c
					}
					if rows(out)[i][col] != last {
						return false
					}
				}
			}
			return true
		})
	},
	"half": func(pairs []arc.Pair) bool {
		return anyTurn(pairs, func(in, out arc.Grid) bool {
			return out.Rows == in.Rows/2 && out.Cols == in.Cols && slices.Equal(out.Cells, in.Cells[:len(out.Cells)])
		})
	},
}

func TestFamiliesKeepTheirRules(t *testing.T) {
	const n = 320
	seen := map[string]bool{}
	for _, task := range makeTasks(7, n) {
		name, _, _ := strings.Cut(task.ID, "-")
		pairs := slices.Concat(task.Train, task.Test)
		require.NoError(t, task.Check())
		require.Len(t, pairs, trainPairs+1)
		require.True(t, rules[name](pairs), task.ID)
		// Not by chance: another output breaks the rule.
		broken := slices.Clone(pairs)
		broken[2].Output = clone(broken[2].Output)
		broken[2].Output.Cells[1]++
		require.False(t, rules[name](broken), task.ID)
		for i, p := range pairs {
			require.Equal(t, []int{madeSide, madeSide}, []int{p.Input.Rows, p.Input.Cols})
			for _, q := range pairs[:i] {
				require.False(t, p.Input.Equal(q.Input), task.ID)
			}
		}
		seen[fmt.Sprint(pairs)] = true
	}
	require.Len(t, rules, len(families))
	require.Len(t, seen, n, "no task comes twice")
}

// TestImagesKeepTheRules: augmented tasks are of the same families.
func TestImagesKeepTheRules(t *testing.T) {
	for i, task := range makeTasks(3, 80) {
		transform := arc.Identity()
		transform.Dihedral = uint8(i % 8)
		slices.Reverse(transform.Colours[1:])
		var pairs []arc.Pair
		for _, p := range slices.Concat(task.Train, task.Test) {
			pairs = append(pairs, arc.Pair{Input: transform.Apply(p.Input), Output: transform.Apply(p.Output)})
		}
		name, _, _ := strings.Cut(task.ID, "-")
		require.True(t, rules[name](pairs), "%s, symmetry %d", task.ID, transform.Dihedral)
	}
}

func TestTasksDependOnTheirNumberAlone(t *testing.T) {
	many := makeTasks(5, 30)
	require.Equal(t, many[:7], makeTasks(5, 7))
	require.NotEqual(t, many[:7], makeTasks(6, 7))
}
