package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// pause is how long a board stays on the terminal.
const pause = 600 * time.Millisecond

const (
	hideCursor = "\x1b[?25l"
	showCursor = "\x1b[?25h"
	clearRest  = "\x1b[K" // of the line
	cursorUp   = "\x1b[%dA"
)

// animate draws the puzzle and each step's board in the place of the one before,
// and leaves the last.
func (s *story) animate(ctx context.Context, w io.Writer, columns int, colour bool, pause time.Duration) error {
	if _, err := io.WriteString(w, hideCursor); err != nil {
		return err
	}
	defer io.WriteString(w, showCursor)
	for step := range len(s.Steps) + 1 {
		frame := s.frame(step, columns, colour)
		if step > 0 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(pause):
			}
			frame = fmt.Sprintf(cursorUp, strings.Count(frame, "\n")) + frame
		}
		if _, err := io.WriteString(w, frame); err != nil {
			return err
		}
	}
	return nil
}

// frame is the board after so many steps, with the figures of the last of them
// beside it where they fit.
func (s *story) frame(steps, columns int, colour bool) string {
	board, beside := s.givens(), s.figures()[:steps+1]
	if steps > 0 {
		board = s.board(steps-1, s.before(steps-1))
	}
	lines := board.lines(colour)
	beside = slices.Delete(beside, 1, 1+max(0, steps-len(lines)))
	if board.width()+len(panelGap)+len(beside[0]) >= columns {
		beside = nil
	}
	var out strings.Builder
	for i, line := range append([]string{fmt.Sprintf("%-*s", board.width(), board.title)}, lines...) {
		out.WriteString(line)
		if i < len(beside) {
			out.WriteString(panelGap + beside[i])
		}
		out.WriteString(clearRest + "\n")
	}
	return out.String()
}
