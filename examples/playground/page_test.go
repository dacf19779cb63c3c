package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/examples/sudoku/pretrained"
)

var shots = flag.String("shots", "", "`folder` for pictures of the page")

// TestExamples holds the examples against a search.
func TestExamples(t *testing.T) {
	text, err := fs.ReadFile(folder("page"), "examples.json")
	require.NoError(t, err)
	var examples []struct {
		Name, Puzzle string
		Solutions    int
		Rating       int
	}
	require.NoError(t, json.Unmarshal(text, &examples))
	require.Len(t, examples, 5)
	var s sudoku.Solver
	for _, e := range examples {
		grid, err := sudoku.Parse(e.Puzzle)
		require.NoError(t, err)
		require.True(t, grid.Consistent())
		require.Equal(t, e.Solutions, s.Count(grid, 2), e.Name)
		if e.Solutions == 1 {
			require.Equal(t, e.Rating, s.Rate(grid), e.Name)
		}
	}
}

// TestWeights holds the number of weights that the page names against the model.
func TestWeights(t *testing.T) {
	text, err := fs.ReadFile(folder("page"), "index.html")
	require.NoError(t, err)
	m, err := pretrained.Load()
	require.NoError(t, err)
	n := m.Params().Count()
	require.Contains(t, string(text), fmt.Sprintf("%d,%03d weights", n/1000, n%1000))
	require.Contains(t, string(text), "882 weights") // those of the network that learns, as a test of the engine has it
}

// TestPage uses the page as people do, before each of its engines and on two
// screens.
func TestPage(t *testing.T) {
	b := newBrowser(t)
	for name, address := range map[string]string{
		"server": startServer(t, realTasks(t), standardLimits()).URL,
		"wasm":   startStatic(t),
	} {
		for _, s := range []screen{
			{"desktop", 1200, 800, false},
			{"phone", 360, 740, true},
		} {
			t.Run(name+"/"+s.name, func(t *testing.T) {
				p := b.newPage(t, s, address)
				p.wait("document.querySelector('#examples button')")
				p.solves()
				p.enters()
				p.complains()
				if name == "server" { // the other takes long
					p.guesses()
				}
				p.stops()
				p.learns()
				for _, c := range p.complaints() {
					require.Contains(t, c, "/do", "only refused requests are for the log")
				}
			})
		}
	}
}

// startStatic serves the files of the static page.
func startStatic(t *testing.T) (address string) {
	dir := t.TempDir()
	require.NoError(t, writeStatic(t.Context(), dir))
	size := int64(0)
	for _, name := range []string{"playground.wasm.gz", "wasm_exec.js"} {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		size += info.Size()
	}
	require.Less(t, size, int64(6<<20), "too much for a phone")
	s := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(s.Close)
	return s.URL
}

// solves watches the model solve a puzzle and goes through its thoughts.
func (p *page) solves() {
	p.click("Hard")
	start := time.Now()
	p.click("think")
	p.says("now", "Step ")
	p.t.Logf("first answer after %v", time.Since(start).Round(time.Millisecond))
	p.says("status", "Solved in")
	p.picture("solved")
	require.Equal(p.t, "22 givens, one solution, for which a search guesses 31 times.", p.text("facts"))
	require.Zero(p.t, evaluate[int](p, "document.querySelectorAll('.broken').length"))
	solution := evaluate[string](p, "document.getElementById('board').textContent")
	grid, err := sudoku.Parse(solution)
	require.NoError(p.t, err)
	require.True(p.t, grid.Solved())

	require.NotZero(p.t, evaluate[int](p, "document.querySelectorAll('.changed').length"))
	require.Contains(p.t, evaluate[string](p, "document.querySelector('.changed').ariaLabel"), "changed")

	p.click("back") // to the puzzle itself, if a step was enough
	p.picture("before")
	require.NotEqual(p.t, solution, evaluate[string](p, "document.getElementById('board').textContent"))
	p.click("on")
	require.Equal(p.t, solution, evaluate[string](p, "document.getElementById('board').textContent"))
	p.focus("#step")
	p.key("Home")
	require.Equal(p.t, "The puzzle", p.text("now"))
}

// enters types a puzzle and pastes one.
func (p *page) enters() {
	p.click("clear")
	p.focus("[role=gridcell]")
	for _, key := range strings.Fields("1 ArrowRight 2 ArrowDown 5 Backspace ArrowLeft 4 ArrowUp ArrowUp 9 End 8 Home ArrowLeft Delete 7") {
		p.key(key)
	}
	want := "12......." + "4........" + strings.Repeat(".", 54) + "9.......7"
	text := func() string { return evaluate[string](p, "document.getElementById('text').value") }
	require.Equal(p.t, want, text())
	require.Equal(p.t, "row 9, column 9: given 7", evaluate[string](p, "document.activeElement.ariaLabel"))
	p.click("3")
	require.Equal(p.t, want[:80]+"3", text())
	p.tap("[role=gridcell]")
	p.tap("[value='6']")
	require.Equal(p.t, "6"+want[1:80]+"3", text())

	p.focus("[role=gridcell]")
	board := " 5 4 . | . . .\n-------+\n" + easy[6:]
	p.run("document.activeElement.dispatchEvent(new ClipboardEvent('paste', {bubbles: true, clipboardData: (d => (d.setData('text', %q), d))(new DataTransfer())}))", board)
	require.Equal(p.t, easy, text())
	require.Empty(p.t, p.text("fault"))

	require.Equal(p.t, 9, evaluate[int](p, "document.querySelectorAll('[role=grid] > [role=row]').length"))
	require.Equal(p.t, 81, evaluate[int](p, "document.querySelectorAll('[role=row] > [role=gridcell][aria-label]').length"))
	require.Equal(p.t, 1, evaluate[int](p, "document.querySelectorAll('[role=gridcell][tabindex=\"0\"]').length"))
	require.True(p.t, evaluate[bool](p, "document.documentElement.scrollWidth <= innerWidth"), "the page is too wide")
}

// complains gives puzzles that are none.
func (p *page) complains() {
	p.run("text.value = %q, text.dispatchEvent(new Event('input'))", easy[1:])
	require.Equal(p.t, "80 cells, a Sudoku has 81.", p.text("fault"))
	p.run("text.value = %q, text.dispatchEvent(new Event('input'))", "x"+easy[1:])
	require.Equal(p.t, "“x” is neither a digit nor a blank.", p.text("fault"))
	p.run("text.value = %q, text.dispatchEvent(new Event('input'))", "55"+easy[2:])
	require.Empty(p.t, p.text("fault"))
	require.Equal(p.t, 2, evaluate[int](p, "document.querySelectorAll('.broken').length"))
	p.click("think")
	p.says("fault", "The givens break the rules: two 5s in row 1.")
	require.Equal(p.t, "Think", p.text("think"))
	p.picture("fault")
	p.click("No solution")
	p.click("think")
	p.says("status", "There is no solution to find")
	p.click("Complete")
	p.click("think")
	p.says("status", "Solved in 1 step:")
}

// guesses lets the model guess where there is nothing to find, and stops it.
func (p *page) guesses() {
	p.click("No solution")
	p.run("document.getElementById('guess').click()")
	p.click("think")
	p.wait("document.getElementById('now').textContent.includes('line 2')")
	p.picture("guessing")
	p.click("think")
	require.Equal(p.t, "264", evaluate[string](p, "document.getElementById('step').max"))
	p.run("document.getElementById('guess').click()")
}

// stops changes its mind.
func (p *page) stops() {
	p.click("Empty")
	p.click("think")
	p.says("now", "Step ")
	p.click("think")
	require.Equal(p.t, "Stopped.", p.text("status"))
	step := p.text("now")
	time.Sleep(100 * time.Millisecond)
	require.Equal(p.t, step, p.text("now"))
	p.picture("empty")
}

// learns watches a network learn, on a phone for a while only.
func (p *page) learns() {
	start := time.Now()
	p.click("learn")
	p.wait("document.querySelectorAll('.small[role=img]').length == 6")
	p.picture("learning")
	if p.screen.phone {
		p.click("learn")
		require.Equal(p.t, "Stopped.", p.text("progress"))
		return
	}
	p.says("progress", "Learned: ")
	p.t.Logf("learned after %v", time.Since(start).Round(time.Millisecond))
	p.picture("learned")
	right, err := strconv.Atoi(strings.Fields(p.text("progress"))[1])
	require.NoError(p.t, err)
	require.GreaterOrEqual(p.t, right, 95)
	require.Equal(p.t, "Learn anew", p.text("learn"))
}
