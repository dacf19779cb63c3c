package terminal

import (
	"io"
	"strings"
)

// Panel is a picture with a title.
type Panel struct {
	Title string
	Width int      // columns of the picture
	Lines []string // of that many columns, for which escape sequences do not count, or empty
}

// width returns the columns of a panel, which are as many as its title needs.
func (p *Panel) width() int { return max(p.Width, len(p.Title)) }

// line returns a line of a panel, filled up with spaces: line 0 is the title.
func (p *Panel) line(i int) string {
	text, columns := "", 0
	switch {
	case i == 0:
		text, columns = p.Title, len(p.Title)
	case i <= len(p.Lines) && p.Lines[i-1] != "":
		text, columns = p.Lines[i-1], p.Width
	}
	return text + strings.Repeat(" ", p.width()-columns)
}

// WritePanels writes panels side by side with a gap between two, in as many rows as
// [Screen] columns ask for. Lines do not end in spaces.
func WritePanels(w io.Writer, gap string, panels []Panel) error {
	var out strings.Builder
	for len(panels) > 0 {
		row := panels[:fitting(panels, len(gap))]
		panels = panels[len(row):]
		height := 0
		for _, p := range row {
			height = max(height, len(p.Lines))
		}
		for i := range height + 1 {
			var line []string
			for _, p := range row {
				line = append(line, p.line(i))
			}
			out.WriteString(strings.TrimRight(strings.Join(line, gap), " ") + "\n")
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// fitting returns how many of the first panels go side by side, one at the least.
func fitting(panels []Panel, gap int) int {
	n, columns := 1, panels[0].width()
	for n < len(panels) {
		columns += gap + panels[n].width()
		if columns > Screen {
			break
		}
		n++
	}
	return n
}
