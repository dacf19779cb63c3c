package trace

import (
	"image"
	"image/color"
	"math"
)

// point is a place on a canvas, in pixels.
type point struct{ x, y float64 }

// canvas is a picture that is drawn on with soft edges.
type canvas struct{ *image.RGBA }

func newCanvas(width, height int) canvas {
	return canvas{image.NewRGBA(image.Rect(0, 0, width, height))}
}

// blend lays a colour over a pixel, with an opacity of 0 to 1.
func (c canvas) blend(x, y int, over color.RGBA, opacity float64) {
	under := c.RGBAAt(x, y)
	c.SetRGBA(x, y, mix(under, over, opacity))
}

// mix returns a colour on the way from one to another.
func mix(from, to color.RGBA, way float64) color.RGBA {
	part := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + way*(float64(b)-float64(a)))) }
	return color.RGBA{part(from.R, to.R), part(from.G, to.G), part(from.B, to.B), 255}
}

// fill paints a rectangle.
func (c canvas) fill(r image.Rectangle, with color.RGBA) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			c.SetRGBA(x, y, with)
		}
	}
}

// pen is how lines are drawn.
type pen struct {
	colour  color.RGBA
	opacity float64
	width   float64
}

// stroke draws lines through points, with round ends. Where lines of one call
// meet, the colour does not add up.
func (c canvas) stroke(lines [][]point, p pen) {
	for y, last := c.rows(lines, p.width); y < last; y++ {
		for x, last := c.columns(lines, p.width); x < last; x++ {
			d := distance(point{float64(x) + 0.5, float64(y) + 0.5}, lines)
			if cover := min(1, p.width/2-d+0.5); cover > 0 {
				c.blend(x, y, p.colour, cover*p.opacity)
			}
		}
	}
}

// rows returns the rows of pixels that lines of a width touch.
func (c canvas) rows(lines [][]point, width float64) (from, to int) {
	return span(lines, width, c.Rect.Dy(), func(p point) float64 { return p.y })
}

func (c canvas) columns(lines [][]point, width float64) (from, to int) {
	return span(lines, width, c.Rect.Dx(), func(p point) float64 { return p.x })
}

func span(lines [][]point, width float64, most int, of func(point) float64) (from, to int) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, line := range lines {
		for _, p := range line {
			low, high = min(low, of(p)), max(high, of(p))
		}
	}
	reach := width/2 + 1
	return int(max(0, low-reach)), int(min(float64(most), high+reach+1))
}

// distance returns that of a point from the nearest line.
func distance(p point, lines [][]point) float64 {
	nearest := math.Inf(1)
	for _, line := range lines {
		for i := range line {
			nearest = min(nearest, squared(p, line[max(0, i-1)], line[i]))
		}
	}
	return math.Sqrt(nearest)
}

// squared returns the squared distance of p from the straight line between a
// and b.
func squared(p, a, b point) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	way := 0.0
	if length := dx*dx + dy*dy; length > 0 {
		way = max(0, min(1, ((p.x-a.x)*dx+(p.y-a.y)*dy)/length))
	}
	x, y := p.x-a.x-way*dx, p.y-a.y-way*dy
	return x*x + y*y
}
