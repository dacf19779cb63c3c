package trace

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data/sudoku"
)

func animation(t *testing.T, tr *Trace) (anim *gif.GIF, size int) {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, tr.WriteGIF(&out))
	size = out.Len()
	anim, err := gif.DecodeAll(&out)
	require.NoError(t, err)
	return anim, size
}

// What is shown after each frame is the picture of its step.
func TestGIF(t *testing.T) {
	steps := 16
	if testing.Short() {
		steps = 2
	}
	tr := record(t, hard, steps)
	anim, size := animation(t, tr)
	require.Less(t, size, 20_000*(1+steps))
	require.Len(t, anim.Image, 1+len(tr.Steps))
	require.Zero(t, anim.LoopCount, "for ever")
	require.Equal(t, firstDelay, anim.Delay[0])
	require.Equal(t, lastDelay, anim.Delay[len(tr.Steps)])
	screen := image.NewRGBA(image.Rect(0, 0, anim.Config.Width, anim.Config.Height))
	q := newQuantizer()
	for i, frame := range anim.Image {
		if 0 < i && i < len(tr.Steps) {
			require.Equal(t, delay, anim.Delay[i])
		}
		draw.Draw(screen, frame.Rect, frame, frame.Rect.Min, draw.Over)
		want := image.NewRGBA(screen.Rect)
		draw.Draw(want, want.Rect, q.reduce(tr.picture(i-1)), image.Point{}, draw.Src)
		require.True(t, bytes.Equal(want.Pix, screen.Pix), "frame %d", i)
	}
}

// A picture has digits in the colour of what they are.
func TestPicture(t *testing.T) {
	tr := record(t, hard, 2)
	step := &tr.Steps[1]
	for name, c := range map[string]struct {
		step, cell int
		colour     color.RGBA
		want       bool
	}{
		"given":         {1, 2, ink, true},
		"blank, before": {-1, 0, ink, false},
		"changed":       {1, step.Changed[0], change, true},
		"kept":          {1, kept(t, tr), answer, true},
		"kept is not":   {1, kept(t, tr), change, false},
	} {
		picture := tr.picture(c.step)
		at := corner(c.cell)
		found := false
		for y := at.Y + 2; y < at.Y+cell-2; y++ {
			for x := at.X + 2; x < at.X+cell-2; x++ {
				found = found || picture.RGBAAt(x, y) == c.colour
			}
		}
		require.Equal(t, c.want, found, name)
	}
}

// kept returns a blank of the puzzle that the last step left as it was.
func kept(t *testing.T, tr *Trace) int {
	t.Helper()
	changed := map[int]bool{}
	for _, c := range tr.Steps[len(tr.Steps)-1].Changed {
		changed[c] = true
	}
	givens := tr.Puzzle.Grid()
	for c := range sudoku.Cells {
		if givens[c] == 0 && !changed[c] {
			return c
		}
	}
	t.Fatal("all have changed")
	return 0
}

// All that the pictures write can be drawn.
func TestGlyphs(t *testing.T) {
	for _, char := range "0123456789+-. step of, line givens changed solved not margin z_H z_L" {
		require.Contains(t, glyphs, char)
		require.Positive(t, glyphs[char].width, "%c", char)
		for _, line := range glyphs[char].lines {
			for _, p := range line {
				require.True(t, -0.3 <= p.x && p.x <= glyphs[char].width+0.3 && -0.3 <= p.y && p.y <= 8, "%c: %v", char, p)
			}
		}
	}
}
