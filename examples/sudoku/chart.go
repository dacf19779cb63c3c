package main

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

// plot is one of several charts above each other that share the x axis.
type plot struct {
	title, unit string // the unit is that of the y axis
	series      []series
}

// series is a line through points, which are in the order of x and not below 0.
type series struct {
	name   string
	dots   bool // points few enough to be marked
	points []point
}

type point struct{ x, y float64 }

// The size of a picture in pixels: of the plots and of what is around them.
const (
	plotWidth, plotHeight = 640.0, 200.0
	plotLeft, plotTop     = 56.0, 64.0
	plotStride            = plotHeight + 48
	pictureWidth          = plotLeft + plotWidth + 24
)

// pictureStyle suits the light or dark background of whoever looks. It does with
// the CSS that all viewers know.
const pictureStyle = `<style>
svg { color: #222; font-family: system-ui, sans-serif; font-size: 12px }
.paper { fill: #fff }
.c0 { color: #0969da } .c1 { color: #bc4c00 } .c2 { color: #1a7f37 }
@media (prefers-color-scheme: dark) {
svg { color: #ddd }
.paper { fill: #0d1117 }
.c0 { color: #58a6ff } .c1 { color: #f0883e } .c2 { color: #3fb950 }
}
text, tspan, circle { fill: currentColor }
.grid { stroke: currentColor; stroke-opacity: .15 }
polyline { fill: none; stroke: currentColor; stroke-width: 1.5 }
</style>
<rect class="paper" width="100%" height="100%"/>
`

// picture draws plots as an SVG document of its own.
func picture(title, xTitle string, plots []plot) []byte {
	var b strings.Builder
	height := plotTop + plotStride*float64(len(plots))
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g">`+"\n%s", pictureWidth, height, pictureStyle)
	fmt.Fprintf(&b, `<text x="%g" y="24" font-size="14">%s</text>`+"\n", plotLeft, html.EscapeString(title))
	right := 1.0 // for a log without lines
	for i := range plots {
		right = max(right, plots[i].most(func(p point) float64 { return p.x }))
	}
	for i := range plots {
		fmt.Fprintf(&b, `<g transform="translate(%g %g)">`+"\n", plotLeft, plotTop+plotStride*float64(i))
		plots[i].draw(&b, right)
		b.WriteString("</g>\n")
	}
	fmt.Fprintf(&b, `<text x="%g" y="%g" text-anchor="end">%s</text>`+"\n</svg>\n", plotLeft+plotWidth, height-10, xTitle)
	return []byte(b.String())
}

// most returns the highest value of a coordinate.
func (p *plot) most(of func(point) float64) float64 {
	most := 0.0
	for _, s := range p.series {
		for _, at := range s.points {
			most = max(most, of(at))
		}
	}
	return most
}

// draw draws a plot from x = 0 to right, its origin being its upper left corner.
func (p *plot) draw(b *strings.Builder, right float64) {
	most := p.most(func(p point) float64 { return p.y })
	stepX, stepY := tickStep(right), tickStep(most)
	top := max(math.Ceil(most/stepY), 1) * stepY
	toX := func(x float64) float64 { return x / right * plotWidth }
	toY := func(y float64) float64 { return plotHeight - y/top*plotHeight }
	for i := 0.0; i*stepY <= top; i++ {
		fmt.Fprintf(b, `<path class="grid" d="M0 %.1fH%g"/><text x="-6" y="%.1f" text-anchor="end">%s%s</text>`+"\n",
			toY(i*stepY), plotWidth, toY(i*stepY)+4, thousands(i*stepY), p.unit)
	}
	for i := 0.0; i*stepX <= right; i++ {
		fmt.Fprintf(b, `<path class="grid" d="M%.1f 0V%g"/><text x="%.1f" y="%g" text-anchor="middle">%s</text>`+"\n",
			toX(i*stepX), plotHeight, toX(i*stepX), plotHeight+16, thousands(i*stepX))
	}
	legend := ""
	for i, s := range p.series {
		mark := "—"
		var line strings.Builder
		for _, at := range s.points {
			fmt.Fprintf(&line, "%.1f,%.1f ", toX(at.x), toY(at.y))
		}
		fmt.Fprintf(b, `<g class="c%d"><polyline points="%s"/>`, i, line.String())
		if s.dots {
			mark = "●"
			for _, at := range s.points {
				fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3"/>`, toX(at.x), toY(at.y))
			}
		}
		b.WriteString("</g>\n")
		legend += fmt.Sprintf(`&#160; <tspan class="c%d">%s %s</tspan>`, i, mark, s.name)
	}
	fmt.Fprintf(b, `<text y="-8">%s</text><text x="%g" y="-8" text-anchor="end">%s</text>`+"\n", p.title, plotWidth, legend)
}

// tickStep returns the round number, 1, 2 or 5 times a power of ten, of which
// about five make most. It is 1 where most is 0.
func tickStep(most float64) float64 {
	if most == 0 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(most/5)))
	for _, factor := range []float64{1, 2, 5} {
		if most <= 5*factor*power {
			return factor * power
		}
	}
	return 10 * power
}

// thousands writes a number with a prefix of the SI for thousands.
func thousands(x float64) string {
	prefix := 0
	for x >= 1000 && prefix < len("kMGTP") {
		x /= 1000
		prefix++
	}
	return strconv.FormatFloat(x, 'g', 4, 64) + "kMGTP"[:prefix][max(prefix-1, 0):]
}
