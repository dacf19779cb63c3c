package main

import (
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// doublings are the ticks of an axis on which every doubling is as wide.
type doublings struct{}

// Ticks implements [plot.Ticker].
func (doublings) Ticks(low, high float64) []plot.Tick {
	var ticks []plot.Tick
	for e := math.Ceil(math.Log2(low) - 1e-9); e <= math.Log2(high)+1e-9; e++ {
		v := math.Exp2(e)
		ticks = append(ticks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'g', 4, 64)})
	}
	return ticks
}

// faint is a colour that others show through.
func faint(c color.Color) color.Color {
	r, g, b, _ := c.RGBA()
	return color.NRGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 40}
}
