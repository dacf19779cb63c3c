package trace

import (
	_ "embed" // the page
	"encoding/json"
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"
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

// WriteHTML writes the trace as a page of its own, which asks for nothing else.
func (t *Trace) WriteHTML(w io.Writer) error {
	data, err := json.Marshal(t) // escapes what would end a script
	if err != nil {
		return err
	}
	_, err = strings.NewReplacer(
		"{{steps}}", strconv.Itoa(len(t.Steps)),
		"{{model}}", html.EscapeString(t.Model),
		"{{givens}}", t.givens(),
		"{{verdict}}", t.verdict(),
		"{{style}}", styleCSS,
		"{{trace}}", string(data),
		"{{scripts}}", boardJS+chartsJS+playerJS,
	).WriteString(w, pageHTML)
	return err
}

func (t *Trace) verdict() string {
	if n := len(t.Steps); n > 0 && t.Steps[n-1].Accepted {
		return fmt.Sprintf("The answer of step %d keeps all the rules.", n)
	}
	return "None of its answers keeps all the rules."
}
