package trace

import (
	"image"
	"image/gif"
	"io"
)

// Hundredths of a second that pictures stay.
const (
	firstDelay = 120
	delay      = 70
	lastDelay  = 400
)

// WriteGIF writes the trace as an animation: the puzzle, then each step.
func (t *Trace) WriteGIF(w io.Writer) error {
	anim := &gif.GIF{}
	q := newQuantizer()
	var before *image.Paletted
	for step := -1; step < len(t.Steps); step++ {
		d := delay
		switch step {
		case -1:
			d = firstDelay
		case len(t.Steps) - 1:
			d = lastDelay
		}
		picture := q.reduce(t.picture(step))
		anim.Image = append(anim.Image, difference(picture, before))
		before = picture
		anim.Delay = append(anim.Delay, d)
	}
	return gif.EncodeAll(w, anim)
}

// difference returns the part of a picture that is not as it was before, with
// what is as it was there left transparent, which packs better.
func difference(picture, before *image.Paletted) *image.Paletted {
	if before == nil {
		return picture
	}
	var changed image.Rectangle
	for i, index := range picture.Pix {
		if index != before.Pix[i] {
			at := image.Pt(i%picture.Stride, i/picture.Stride)
			changed = changed.Union(image.Rectangle{at, at.Add(image.Pt(1, 1))})
		}
	}
	out := image.NewPaletted(changed, picture.Palette)
	for y := changed.Min.Y; y < changed.Max.Y; y++ {
		for x := changed.Min.X; x < changed.Max.X; x++ {
			index := picture.ColorIndexAt(x, y)
			if index == before.ColorIndexAt(x, y) {
				index = uint8(len(picture.Palette) - 1)
			}
			out.SetColorIndex(x, y, index)
		}
	}
	return out
}
