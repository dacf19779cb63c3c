package trace

import (
	_ "embed" // the page
	"html/template"
	"io"
)

var (
	//go:embed page/page.html
	pageHTML string
	//go:embed page/style.css
	styleCSS string
	//go:embed page/board.js
	boardJS string
	//go:embed page/charts.js
	chartsJS string
	//go:embed page/player.js
	playerJS string
)

var page = template.Must(template.New("page").Parse(pageHTML))

// WriteHTML writes the trace as a page of its own, which asks for nothing else.
func (t *Trace) WriteHTML(w io.Writer) error {
	return page.Execute(w, struct {
		*Trace
		Givens  string
		Solved  bool
		Style   template.CSS
		Scripts template.JS
	}{
		t, t.givens(), len(t.Steps) > 0 && t.Steps[len(t.Steps)-1].Accepted,
		template.CSS(styleCSS), template.JS(boardJS + chartsJS + playerJS),
	})
}
