package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rereadml/reread/examples/door/world"
)

const (
	pause = 250 * time.Millisecond // that a frame stays on the terminal

	hideCursor = "\x1b[?25l"
	showCursor = "\x1b[?25h"
	clearRest  = "\x1b[K" // of the line
	cursorUp   = "\x1b[%dA"

	framesAbreast = 5 // where frames are not drawn over each other
	frameGap      = "  "
)

// frame is the world at a moment.
type frame struct {
	title string
	board board
}

// frames returns what a route through a layout looks like.
func frames(l *world.Layout, route []world.State) []frame {
	list := []frame{{" start", moment(l, route[0])}}
	for i := 1; i < len(route); i++ {
		list = append(list, frame{fmt.Sprintf(" %d%s", i, event(l, route[i-1], route[i])), moment(l, route[i])})
	}
	return list
}

// event says what a move has brought about, if anything.
func event(l *world.Layout, from, to world.State) string {
	switch {
	case l.Done(to):
		return " at the goal"
	case from.Phase == world.Keyless && to.Phase == world.Keyed:
		return " takes key"
	case from.Phase == world.Keyed && to.Phase == world.Opened:
		return " opens door"
	}
	return ""
}

// perform shows a route: on a terminal frame by frame in one place, elsewhere the
// frames beside each other.
func (p *program) perform(ctx context.Context, l *world.Layout, route []world.State) error {
	list := frames(l, route)
	if p.animated {
		return animate(ctx, p.stdout, list, p.coloured, pause)
	}
	for len(list) > 0 {
		row := list[:min(framesAbreast, len(list))]
		list = list[len(row):]
		if _, err := io.WriteString(p.stdout, abreast(row, p.coloured)+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// abreast returns frames beside each other.
func abreast(list []frame, coloured bool) string {
	lines := make([]string, 1+world.Side)
	for i, f := range list {
		if i > 0 {
			for k := range lines {
				lines[k] += frameGap
			}
		}
		lines[0] += fmt.Sprintf("%-*s", boardWidth, f.title)
		for row := range world.Side {
			lines[1+row] += f.board.line(row, coloured)
		}
	}
	lines[0] = strings.TrimRight(lines[0], " ")
	return strings.Join(lines, "\n") + "\n"
}

// animate draws each frame in the place of the one before.
func animate(ctx context.Context, w io.Writer, list []frame, coloured bool, pause time.Duration) error {
	if _, err := io.WriteString(w, hideCursor); err != nil {
		return err
	}
	defer io.WriteString(w, showCursor)
	for i := range list {
		text := strings.ReplaceAll(abreast(list[i:i+1], coloured), "\n", clearRest+"\n")
		if i > 0 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(pause):
			}
			text = fmt.Sprintf(cursorUp, 1+world.Side) + text
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	return nil
}
