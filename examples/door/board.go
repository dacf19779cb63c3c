package main

import (
	"strings"

	"github.com/rereadml/reread/examples/door/world"
)

// Colours of what is on a board; plain without them.
const (
	yellow = "\x1b[33m"
	green  = "\x1b[1;32m"
	grey   = "\x1b[90m"
	plain  = "\x1b[0m"
)

// boardWidth is the number of characters in a line of a board: two for each cell.
const boardWidth = 2 * world.Side

// board is a picture of the world.
type board [world.Cells]mark

// mark is a character in a colour, or in none.
type mark struct {
	char   rune
	colour string
}

var arrows = map[world.Direction]rune{world.Up: '↑', world.Right: '→', world.Down: '↓', world.Left: '←'}

// drawing returns the picture of a layout, with the agent at its start.
func drawing(l *world.Layout) (b board) {
	marks := map[world.Cell]mark{
		world.Free: {'·', grey}, world.Wall: {'#', ""}, world.Agent: {'A', green},
		world.Key: {'K', yellow}, world.Door: {'D', yellow}, world.Goal: {'G', yellow},
	}
	for i, c := range l {
		b[i] = marks[c]
	}
	return b
}

// moment returns the picture of the world in a state.
func moment(l *world.Layout, s world.State) board {
	b := drawing(l)
	for i, c := range l {
		switch {
		case c == world.Agent, c == world.Key && s.Phase > world.Keyless:
			b[i] = mark{'·', grey}
		case c == world.Door && s.Phase == world.Opened:
			b[i] = mark{'/', yellow}
		}
	}
	b[s.At] = mark{'A', green}
	return b
}

// planes returns what a plan makes of a layout from the start on: the directions that
// the agent takes without the key, and with it.
func planes(l *world.Layout, p *world.Plan) (before, after board) {
	before, after = drawing(l), drawing(l)
	route, _ := l.Act(p)
	for _, s := range route {
		b := &after
		if s.Phase == world.Keyless {
			b = &before
		}
		if arrow, ok := arrows[p.At(s)]; ok {
			b[s.At] = mark{arrow, green}
		}
	}
	return before, after
}

// line returns a row of the board, of boardWidth characters.
func (b *board) line(row int, coloured bool) string {
	var out strings.Builder
	for _, m := range b[row*world.Side : (row+1)*world.Side] {
		out.WriteByte(' ')
		if coloured && m.colour != "" {
			out.WriteString(m.colour + string(m.char) + plain)
		} else {
			out.WriteRune(m.char)
		}
	}
	return out.String()
}
