package trainrun

import (
	"fmt"
	"io"

	"github.com/rereadml/reread/internal/terminal"
	"github.com/rereadml/reread/train"
)

// Progress returns what shows how far a run is, after each step, and what ends the
// line that is left open on a terminal where a run stops before its end.
func Progress(w io.Writer) (onStep func(*train.Report) error, end func()) {
	if !terminal.Obeys(w) {
		return train.NewProgress(w, nil), func() {}
	}
	show := train.NewProgress(w, func() int { return terminal.Columns(w) })
	open := false
	onStep = func(now *train.Report) error {
		open = now.Step < now.Steps
		return show(now)
	}
	return onStep, func() {
		if open {
			fmt.Fprintln(w)
		}
	}
}
