package main

import (
	"fmt"
	"io"

	"github.com/rereadml/reread/data/arc"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/terminal"
)

// drawRule writes pairs that show the rule of a task, up to so many.
func drawRule(w io.Writer, t *arc.Task, most int) error {
	n := min(most, len(t.Train))
	var panels []panel
	for i, p := range t.Train[:n] {
		panels = append(panels, panel{title: fmt.Sprintf("example %d", i+1), grid: p.Input}, panel{title: "becomes", grid: p.Output})
	}
	return writePanels(w, panels, terminal.Colours(w))
}

// drawTest writes a test pair of a task: the input, the answers with their votes, the
// best first, and the output where no answer is right or none is asked for.
func drawTest(w io.Writer, t *arc.Task, test int, answers []arc.Vote) error {
	p := t.Test[test]
	panels := []panel{{title: "test", grid: p.Input}}
	right := false
	for i, a := range answers {
		right = right || p.Known() && a.Answer.Equal(p.Output)
		panels = append(panels, panel{
			title: fmt.Sprintf("attempt %d: %s", i+1, command.Count(a.Count, "vote")), grid: a.Answer, answer: p.Known(), want: p.Output,
		})
	}
	if p.Known() && !right {
		panels = append(panels, panel{title: "output", grid: p.Output})
	}
	return writePanels(w, panels, terminal.Colours(w))
}

// verdict says which of the answers to a test pair is right.
func verdict(p arc.Pair, answers []arc.Vote) string {
	if !p.Known() {
		return "not known to be right or wrong"
	}
	for i, a := range answers {
		if a.Answer.Equal(p.Output) {
			return fmt.Sprintf("right in attempt %d", i+1)
		}
	}
	return "wrong"
}
