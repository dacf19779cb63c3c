package trace

import (
	"fmt"
	"strings"
)

// glyph is a character as lines of a pen, in a box that is 6 high from the top
// of a capital to the base line.
type glyph struct {
	width float64
	lines [][]point
}

// drawings hold each glyph's width and its lines, which go through points; one
// that begins with ~ is a curve.
var drawings = map[rune]string{
	'0': "4|~2,0 3.45,.9 4,3 3.45,5.1 2,6 .55,5.1 0,3 .55,.9 2,0",
	'1': "3|.6,1.2 2.2,0 2.2,6",
	'2': "4|~.15,1.65 .65,.5 2,0 3.35,.5 3.75,1.65 3.1,3 1.6,4.4 .1,6|.1,6 4,6",
	'3': "4|~.3,.95 1,.2 1.95,0 3.15,.4 3.6,1.45 3.1,2.5 1.6,2.85|~1.6,2.85 3.3,3.2 3.95,4.4 3.4,5.6 1.95,6 .75,5.75 0,4.95",
	'4': "4|3,6 3,0 0,4.25 4.1,4.25",
	'5': "4|3.6,0 .75,0 .4,2.75|~.4,2.75 1.05,2.3 2,2.15 3.4,2.7 3.95,4.05 3.4,5.45 1.9,6 .75,5.75 0,5",
	'6': "4|~3.5,.85 2.95,.2 2.1,0 .8,.75 .15,2.5 .1,4.1 .65,5.45 2,6 3.35,5.45 3.95,4.1 3.35,2.8 2,2.3 .75,2.75 .1,4.1",
	'7': "4|.05,0 3.95,0 1.4,6",
	'8': "4|~2,0 3.2,.45 3.6,1.4 3.2,2.4 2,2.8 .8,2.4 .4,1.4 .8,.45 2,0|~2,2.8 3.4,3.3 3.95,4.4 3.4,5.5 2,6 .6,5.5 .05,4.4 .6,3.3 2,2.8",
	'9': "4|~.5,5.15 1.05,5.8 1.9,6 3.2,5.25 3.85,3.5 3.9,1.9 3.35,.55 2,0 .65,.55 .05,1.9 .65,3.2 2,3.7 3.25,3.25 3.9,1.9",
	'_': "2.2|0,7 2.2,7",
	'.': "1|.5,5.9 .5,6",
	',': "1|.6,5.9 .6,6.3 .2,7.2",
	'-': "3|.2,3.6 2.8,3.6",
	'+': "3|.1,3.6 2.9,3.6|1.5,2.2 1.5,5",
	' ': "1.6|",
	'a': "3.3|~3.1,2.9 2.3,2.15 1.5,2 .5,2.6 .05,4 .5,5.4 1.5,6 2.4,5.75 3.1,4.9|3.1,2.1 3.1,6",
	'c': "3|~2.9,2.75 2.35,2.2 1.65,2 .5,2.6 .05,4 .5,5.4 1.65,6 2.35,5.8 2.9,5.25",
	'd': "3.3|~3.1,2.9 2.3,2.15 1.5,2 .5,2.6 .05,4 .5,5.4 1.5,6 2.4,5.75 3.1,4.9|3.1,-.2 3.1,6",
	'e': "3.2|~.1,3.9 3.15,3.9 2.75,2.6 1.65,2 .5,2.6 .05,4 .5,5.4 1.7,6 2.5,5.8 3,5.2",
	'f': "2.2|~2.3,-.1 1.5,-.15 .95,.3 .8,1.2 .8,6|0,2.1 2,2.1",
	'g': "3.3|~3.1,2.9 2.3,2.15 1.5,2 .5,2.6 .05,4 .5,5.4 1.5,6 2.4,5.75 3.1,4.9|~3.1,2.1 3.1,6.2 2.75,7.4 1.6,7.85 .4,7.4",
	'h': "3.1|.1,-.2 .1,6|~.1,3.4 .8,2.4 1.75,2 2.7,2.45 3,3.6 3,6",
	'i': "1|.5,2.1 .5,6|.5,.2 .5,.3",
	'l': "1|.5,-.2 .5,6",
	'm': "5|.1,2.1 .1,6|~.1,3.2 .75,2.3 1.5,2 2.25,2.35 2.5,3.3 2.5,6|~2.5,3.2 3.15,2.3 3.9,2 4.65,2.35 4.9,3.3 4.9,6",
	'n': "3.1|.1,2.1 .1,6|~.1,3.4 .8,2.4 1.75,2 2.7,2.45 3,3.6 3,6",
	'o': "3.4|~1.7,2 2.9,2.6 3.35,4 2.9,5.4 1.7,6 .5,5.4 .05,4 .5,2.6 1.7,2",
	'p': "3.3|.2,2.1 .2,7.8|~.2,3.1 .9,2.25 1.8,2 2.8,2.6 3.25,4 2.8,5.4 1.8,6 .9,5.75 .2,4.9",
	'r': "2|.1,2.1 .1,6|~.1,3.6 .6,2.5 1.3,2.05 2,2.05",
	's': "2.7|~2.5,2.65 1.9,2.1 1.3,2 .5,2.3 .2,3 .7,3.7 1.9,4.2 2.6,5 2.2,5.7 1.3,6 .5,5.8 0,5.2",
	't': "2.2|~.8,.9 .8,4.9 1.1,5.8 1.7,6 2.2,5.9|0,2.1 2.1,2.1",
	'v': "3|.05,2.1 1.5,6 2.95,2.1",
	'z': "2.8|.1,2.1 2.7,2.1 .1,6 2.8,6",
	'H': "4|.1,0 .1,6|3.9,0 3.9,6|.1,2.9 3.9,2.9",
	'L': "3|.1,0 .1,6 3,6",
}

var glyphs = parseGlyphs()

func parseGlyphs() map[rune]glyph {
	parsed := map[rune]glyph{}
	for char, drawing := range drawings {
		var g glyph
		width, lines, _ := strings.Cut(drawing, "|")
		fmt.Sscan(width, &g.width)
		for line := range strings.SplitSeq(lines, "|") {
			text, curved := strings.CutPrefix(line, "~")
			var points []point
			for pair := range strings.FieldsSeq(text) {
				var p point
				fmt.Sscanf(pair, "%g,%g", &p.x, &p.y)
				points = append(points, p)
			}
			if curved {
				points = curve(points)
			}
			g.lines = append(g.lines, points)
		}
		parsed[char] = g
	}
	return parsed
}

// curve returns points along a smooth curve through others (Catmull-Rom). One
// that ends where it begins has no corner there.
func curve(through []point) []point {
	n := len(through)
	closed := through[0] == through[n-1]
	at := func(i int) point {
		if closed {
			return through[(i+n-1)%(n-1)]
		}
		return through[max(0, min(n-1, i))]
	}
	const parts = 6
	points := through[:1:1]
	for i := range n - 1 {
		a, b, c, d := at(i-1), at(i), at(i+1), at(i+2)
		for k := 1; k <= parts; k++ {
			t := float64(k) / parts
			points = append(points, point{spline(a.x, b.x, c.x, d.x, t), spline(a.y, b.y, c.y, d.y, t)})
		}
	}
	return points
}

func spline(a, b, c, d, t float64) float64 {
	return b + t/2*(c-a+t*(2*a-5*b+4*c-d+t*(3*(b-c)+d-a)))
}

// gap is the room between glyphs.
const gap = 1.3

// width returns that of a text with capitals of a height.
func width(text string, height float64) float64 {
	sum := -gap
	for _, char := range text {
		sum += glyphs[char].width + gap
	}
	return sum * height / 6
}

// text writes with capitals of a height, from the left on a base line.
func (c canvas) text(text string, left, base, height float64, p pen) {
	unit := height / 6
	for _, char := range text {
		g := glyphs[char]
		lines := make([][]point, len(g.lines))
		for i, line := range g.lines {
			for _, q := range line {
				lines[i] = append(lines[i], point{left + unit*q.x, base + unit*(q.y-6)})
			}
		}
		c.stroke(lines, p)
		left += unit * (g.width + gap)
	}
}
