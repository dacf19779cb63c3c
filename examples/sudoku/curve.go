package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/rereadml/reread/internal/atomicfile"
	"github.com/rereadml/reread/internal/trainrun"
)

// leastPuzzles is how many puzzles a point of the accuracy in training stands
// for at least, so that chance moves it by two per cent. A line of the log may
// stand for few, above all where a save cut it short.
const leastPuzzles = 500

// curves are what a picture shows of a log.
type curves struct {
	last                       logLine
	loss, exact, held, trained []point

	puzzles, right, step float64 // since the last point of exact, and up to which step
}

// logLine is a line of training or of an evaluation.
type logLine struct {
	Step    float64
	Elapsed float64
	Loss    *float64 `json:"train/lm_loss"`
	Count   float64  `json:"train/count"`
	Exact   float64  `json:"train/exact_accuracy"`
	Held    *float64 `json:"all/exact_accuracy"`
	Trained *float64 `json:"trained/exact_accuracy"`
}

// add adds a line of a run with batches of a size.
func (c *curves) add(l logLine, batch float64) {
	c.last = l
	x := l.Step * batch
	if l.Held != nil {
		c.held = append(c.held, point{x, 100 * *l.Held})
	}
	if l.Trained != nil {
		c.trained = append(c.trained, point{x, 100 * *l.Trained})
	}
	if l.Loss == nil {
		return
	}
	c.loss = append(c.loss, point{x, *l.Loss})
	n := l.Count * (l.Step - c.step)
	c.puzzles, c.right, c.step = c.puzzles+n, c.right+n*l.Exact, l.Step
	if c.puzzles >= leastPuzzles {
		c.exact = append(c.exact, point{x, 100 * c.right / c.puzzles})
		c.puzzles, c.right = 0, 0
	}
}

// showLog shows how the run in a folder went so far, by its log, as a picture and
// as a table.
func showLog(f runFolder, s *settings) error {
	log, err := os.ReadFile(f.file(trainrun.LogFile))
	if err != nil {
		return err
	}
	table, err := logTable(log)
	if err != nil {
		return err
	}
	if err := atomicfile.WriteBytes(f.file(tableFile), table); err != nil {
		return err
	}
	return atomicfile.WriteBytes(f.file(curveFile), drawCurve(log, s))
}

// drawCurve draws a log against the supervision steps that the puzzles took.
func drawCurve(log []byte, s *settings) []byte {
	var c curves
	for line := range bytes.Lines(log) {
		var l logLine
		if json.Unmarshal(line, &l) == nil {
			c.add(l, float64(s.Train.BatchSize))
		}
	}
	accuracy := []series{{"training rows", false, c.exact}}
	if c.held != nil {
		accuracy = append(accuracy, series{"held-out puzzles", true, c.held})
	}
	if c.trained != nil {
		accuracy = append(accuracy, series{"the same, weights not averaged", true, c.trained})
	}
	name := s.Model + " " + s.Preset
	if s.Stage > 0 {
		name += fmt.Sprint(", stage ", s.Stage)
	}
	title := fmt.Sprintf("%s, batch %d: step %.0f of %d, %v",
		name, s.Train.BatchSize, c.last.Step, s.Train.Steps, time.Duration(c.last.Elapsed)*time.Second)
	return picture(title, "puzzle-steps", []plot{
		{"puzzles right in every cell", "%", accuracy},
		{"loss", "", []series{{"training rows", false, c.loss}}},
	})
}
