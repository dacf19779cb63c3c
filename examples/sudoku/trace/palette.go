package trace

import (
	"image"
	"image/color"
)

// quantizer finds the colours of a palette.
type quantizer struct {
	palette color.Palette
	known   map[color.RGBA]uint8
}

// shades is the number of steps from a background to what is drawn on it.
const shades = 6

// newQuantizer returns one with what the pictures mix, and with nothing as the
// last colour.
func newQuantizer() *quantizer {
	q := &quantizer{known: map[color.RGBA]uint8{}}
	for back := range 4 {
		under := mix(paper, doubt, float64(back)/3)
		q.palette = append(q.palette, under)
		for _, over := range []color.RGBA{ink, answer, change} {
			for k := 1; k <= shades; k++ {
				q.palette = append(q.palette, mix(under, over, float64(k)/shades))
			}
		}
	}
	q.palette = append(q.palette, faint, caption, color.RGBA{})
	return q
}

// reduce returns a picture in the colours of the palette.
func (q *quantizer) reduce(c canvas) *image.Paletted {
	out := image.NewPaletted(c.Rect, q.palette)
	for y := range c.Rect.Dy() {
		for x := range c.Rect.Dx() {
			colour := c.RGBAAt(x, y)
			index, ok := q.known[colour]
			if !ok {
				index = uint8(q.palette.Index(colour))
				q.known[colour] = index
			}
			out.SetColorIndex(x, y, index)
		}
	}
	return out
}
