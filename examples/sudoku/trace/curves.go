package trace

import (
	"fmt"
	"image"
	"image/color"
	"slices"
)

// margins returns the margin over the steps.
func (t *Trace) margins() []point {
	points := make([]point, len(t.Steps))
	for i := range t.Steps {
		points[i] = point{float64(i + 1), float64(t.Steps[i].Margin)}
	}
	return points
}

// changes returns the changes of a state over the steps and the updates within.
func (t *Trace) changes(state string) (points []point) {
	for i := range t.Steps {
		updates := t.Steps[i].Updates
		for k := range updates {
			if updates[k].State == state {
				points = append(points, point{float64(i) + float64(k+1)/float64(len(updates)), updates[k].Change})
			}
		}
	}
	return points
}

// chart is a place for curves over the steps.
type chart struct {
	canvas
	left      int
	steps     int
	low, high float64 // values at the bottom and the top
}

// newChart returns a place that holds all points and 0.
func (c canvas) newChart(t *Trace, left int, curves ...[]point) *chart {
	ch := &chart{canvas: c, left: left, steps: len(t.Steps)}
	for _, points := range curves {
		for _, p := range points {
			ch.low, ch.high = min(ch.low, p.y), max(ch.high, p.y)
		}
	}
	zero := int(ch.place(point{0, 0}).y)
	c.fill(image.Rect(left, zero, left+chartWidth, zero+1), faint)
	return ch
}

// place returns where a point is on the canvas.
func (ch *chart) place(p point) point {
	up := 0.0
	if ch.high > ch.low {
		up = (p.y - ch.low) / (ch.high - ch.low)
	}
	return point{float64(ch.left) + p.x/float64(ch.steps)*chartWidth, chartTop + chartHeight*(1-up)}
}

// curve draws points up to the end of a step, counted from 0, and marks the
// last of them.
func (ch *chart) curve(points []point, step int, colour color.RGBA) {
	var line []point
	for _, p := range points {
		if p.x <= float64(step+1) {
			line = append(line, ch.place(p))
		}
	}
	if len(line) == 0 {
		return
	}
	ch.stroke([][]point{line}, pen{colour, 1, 1.8})
	ch.stroke([][]point{line[len(line)-1:]}, pen{colour, 1, 7})
}

// charts draws the margin and the changes of the states up to a step.
func (c canvas) charts(t *Trace, step int) {
	margins := t.margins()
	c.newChart(t, border, margins).curve(margins, step, ink)
	c.label("margin", border)

	right := border + boardSize - chartWidth
	colours := []color.RGBA{ink, caption}
	var curves [][]point
	for _, state := range t.States {
		curves = append(curves, t.changes(state))
	}
	ch := c.newChart(t, right, curves...)
	for i, points := range slices.Backward(curves) {
		ch.curve(points, step, colours[min(i, 1)])
	}
	c.label("change", right)
	if step < 0 {
		return
	}
	c.value(fmt.Sprintf("%+.2f", t.Steps[step].Margin), border+chartWidth, ink)
	end := border + boardSize
	for i, state := range slices.Backward(t.States) {
		end = c.value(fmt.Sprintf("%s %.2f", state, t.Steps[step].Changes[state]), end, colours[min(i, 1)]) - 12
	}
}

const labelHeight, labelBase = 10, chartTop - 18

func (c canvas) label(text string, left int) {
	c.text(text, float64(left), labelBase, labelHeight, pen{caption, 1, 1.5})
}

// value writes what a chart shows now, up to the right end, and returns where
// it begins.
func (c canvas) value(text string, right int, colour color.RGBA) (left int) {
	left = right - int(width(text, labelHeight))
	c.text(text, float64(left), labelBase, labelHeight, pen{colour, 1, 1.5})
	return left
}
