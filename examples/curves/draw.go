package main

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
)

const (
	width  = 16 * vg.Centimeter
	height = 10 * vg.Centimeter
)

// writers write curves in the format of a file name.
var writers = map[string]func(file, title, x string, all []curve) error{
	".svg": draw, ".png": draw, ".pdf": draw, ".csv": table,
}

// draw draws curves with the intervals that their points hold within.
func draw(file, title, x string, all []curve) error {
	p := plot.New()
	p.Title.Text = title
	p.X.Label.Text, p.Y.Label.Text = x, "puzzles solved, %"
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, doublings{}
	p.Y.Min, p.Y.Max = 0, 100
	p.Legend.Top, p.Legend.Left = true, true
	p.Add(plotter.NewGrid())
	for i, c := range all {
		if err := c.add(p, i); err != nil {
			return err
		}
	}
	return p.Save(width, height, file)
}

// add adds a curve to a plot, in a colour and dashes of its number.
func (c *curve) add(p *plot.Plot, number int) error {
	line := make(plotter.XYs, len(c.points))
	band := make(plotter.XYs, 2*len(c.points))
	for i, at := range c.points {
		line[i] = plotter.XY{X: at.cost, Y: at.accuracy}
		band[i] = plotter.XY{X: at.cost, Y: at.least}
		band[len(band)-1-i] = plotter.XY{X: at.cost, Y: at.most}
	}
	l, err := plotter.NewLine(line)
	if err != nil {
		return err
	}
	b, err := plotter.NewPolygon(band)
	if err != nil {
		return err
	}
	l.Color, l.Dashes, l.Width = plotutil.Color(number), plotutil.Dashes(number), vg.Points(1.5)
	b.Color, b.LineStyle.Width = faint(l.Color), 0
	p.Add(b, l)
	p.Legend.Add(c.name, l)
	return nil
}
