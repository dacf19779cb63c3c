package main

import (
	"fmt"
	"strings"

	"github.com/rereadml/reread/examples/door/world"
)

const (
	panelGap = "   "
	barWidth = 7
	barFull  = 1.4 // a change that fills a bar
)

// text shows a supervision step: the planes of the plan at its end, and beside them
// a row for each update, the fast state to the left and the slow one to the right.
func (t *thought) text(l *world.Layout, coloured bool) string {
	before, after := planes(l, &t.plan)
	var out strings.Builder
	fmt.Fprintf(&out, "%-*s%-*s%-*s  %-*s  cells  plan\n",
		boardWidth+len(panelGap), fmt.Sprintf(" step %d, no key", t.n), boardWidth+len(panelGap), " with the key",
		barWidth+5, "fast z_L", barWidth+5, "slow z_H")
	for i := range max(world.Side, len(t.updates)+1) {
		line := strings.Repeat(" ", boardWidth) + panelGap + strings.Repeat(" ", boardWidth)
		if i < world.Side {
			line = before.line(i, coloured) + panelGap + after.line(i, coloured)
		}
		switch {
		case i < len(t.updates):
			line += panelGap + t.updates[i].String()
		case i == len(t.updates):
			line += panelGap + t.verdict()
		}
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return out.String()
}

// verdict says what the model thinks of its plan.
func (t *thought) verdict() string {
	if t.margin > 0 {
		return fmt.Sprintf("margin %+.2f: calls the plan right", t.margin)
	}
	return fmt.Sprintf("margin %+.2f: thinks on", t.margin)
}

// String returns the row of an update.
func (u *update) String() string {
	fast, slow := bar(u.change), strings.Repeat(" ", barWidth+5)
	if u.state == "z_H" {
		fast, slow = slow, fast
	}
	return fmt.Sprintf("%s  %s  %5d  %v", fast, slow, u.changed, u.outcome())
}

// outcome says how far the agent would get.
func (u *update) outcome() string {
	switch u.end {
	case world.Reached:
		return fmt.Sprintf("%v in %d", u.end, u.moves)
	case world.Circled:
		return u.end.String()
	}
	return fmt.Sprintf("%v at %d", u.end, u.moves)
}

// bar returns a change as a bar and a number, barWidth + 5 characters.
func bar(change float64) string {
	const eighths = " ▏▎▍▌▋▊▉"
	n := min(8*barWidth, max(0, int(8*barWidth*change/barFull+0.5)))
	text := strings.Repeat("█", n/8)
	if n%8 > 0 {
		text += string([]rune(eighths)[n%8])
	}
	return fmt.Sprintf("%-*s %4.2f", barWidth, text, change)
}
