package world

import (
	"fmt"
	"strings"
)

// Side is the height and width of the world; nothing lies beyond its edges.
const (
	Side  = 7
	Cells = Side * Side
)

// Cell is what a cell of a layout holds. Its value is its token.
type Cell uint8

// The cells.
const (
	Free Cell = iota
	Wall
	Agent // where it starts
	Key
	Door // locked
	Goal

	kinds = int(Goal) + 1
)

// letters are the characters of the cells.
const letters = ".#AKDG"

// Layout is the world before the agent moves, in row-major order. A layout of
// [Parse] or [Generate] has one agent, key, door and goal each.
type Layout [Cells]Cell

// Parse reads a layout as seven lines of seven characters: '.' for a free cell,
// '#' for a wall, 'A', 'K', 'D' and 'G' for agent, key, door and goal, of which
// there is one each. A line end behind the last line is allowed, and so is "\r\n".
func Parse(text string) (Layout, error) {
	var l Layout
	lines := strings.Split(strings.TrimSuffix(strings.ReplaceAll(text, "\r\n", "\n"), "\n"), "\n")
	if len(lines) != Side {
		return l, fmt.Errorf("world: %d lines, want %d", len(lines), Side)
	}
	for row, line := range lines {
		if len(line) != Side {
			return l, fmt.Errorf("world: line %d has %d characters, want %d", row+1, len(line), Side)
		}
		for col := range Side {
			kind := strings.IndexByte(letters, line[col])
			if kind < 0 {
				return l, fmt.Errorf("world: line %d, column %d: character %q, want one of %q", row+1, col+1, line[col], letters)
			}
			l[row*Side+col] = Cell(kind)
		}
	}
	return l, l.check()
}

// check reports what there is not one of.
func (l *Layout) check() error {
	var count [kinds]int
	for _, c := range l {
		count[c]++
	}
	for kind := Agent; kind <= Goal; kind++ {
		if count[kind] != 1 {
			return fmt.Errorf("world: %d times %q, want 1", count[kind], letters[kind])
		}
	}
	return nil
}

// String returns the lines that [Parse] reads, without a line end behind the last.
func (l Layout) String() string {
	var out strings.Builder
	for i, c := range l {
		if i > 0 && i%Side == 0 {
			out.WriteByte('\n')
		}
		out.WriteByte(letters[c])
	}
	return out.String()
}

// AppendTokens appends the cells as a model reads them.
func (l *Layout) AppendTokens(to []int32) []int32 {
	for _, c := range l {
		to = append(to, int32(c))
	}
	return to
}

// LayoutOf reads a layout off what a model reads [Cells].
func LayoutOf(tokens []int32) (Layout, error) {
	var l Layout
	if len(tokens) != Cells {
		return l, fmt.Errorf("world: %d tokens, want %d", len(tokens), Cells)
	}
	for i, t := range tokens {
		if t < 0 || int(t) >= kinds {
			return l, fmt.Errorf("world: token %d in cell %d, want 0 to %d", t, i, kinds-1)
		}
		l[i] = Cell(t)
	}
	return l, l.check()
}
