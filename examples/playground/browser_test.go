package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// browser is a headless Chromium that a test drives by the DevTools protocol,
// over a pipe: messages are JSON, each followed by a zero byte.
type browser struct {
	t    testing.TB
	out  io.Writer
	mu   sync.Mutex
	last int
	open map[int]chan message // calls without an answer, by number
	bad  []string             // what pages complained of
}

// message is the answer to a call, by its number, or an event.
type message struct {
	ID     int
	Result json.RawMessage
	Error  *struct{ Message string }
	Method string
	Params json.RawMessage
}

// newBrowser starts a browser, or skips the test where there is none.
func newBrowser(t testing.TB) *browser {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser is not for short tests")
	}
	path := chromium()
	if path == "" || runtime.GOOS == "windows" { // where a process inherits no other pipes
		t.Skip("no Chromium is installed that this test can drive")
	}
	commands, out, err := os.Pipe()
	require.NoError(t, err)
	in, answers, err := os.Pipe()
	require.NoError(t, err)
	// Root, as in a container, has to do without the sandbox. All pages are ours.
	c := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--user-data-dir="+t.TempDir(), "--remote-debugging-pipe")
	c.ExtraFiles = []*os.File{commands, answers} // 3 and 4, as the browser has it
	require.NoError(t, c.Start())
	commands.Close()
	answers.Close()
	b := &browser{t: t, out: out, open: make(map[int]chan message)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.receive(in)
	}()
	t.Cleanup(func() {
		b.call("", "Browser.close", nil, nil)
		out.Close()
		_ = c.Wait() // it may not like how it was ended
		<-done
		in.Close()
	})
	return b
}

func chromium() string {
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// receive hands answers to those who wait for them, until the browser ends.
func (b *browser) receive(in io.Reader) {
	r := bufio.NewReader(in)
	for {
		text, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if json.Unmarshal(text[:len(text)-1], &m) != nil {
			continue
		}
		b.mu.Lock()
		if answer, ok := b.open[m.ID]; ok {
			answer <- m
			delete(b.open, m.ID)
		} else if m.Method == "Runtime.exceptionThrown" || m.Method == "Log.entryAdded" {
			b.bad = append(b.bad, string(m.Params))
		}
		b.mu.Unlock()
	}
}

// complaints returns the exceptions of pages, and what the browser had to say.
func (b *browser) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.bad
}

// call calls a method of the protocol, for a page by its session.
func (b *browser) call(session, method string, params map[string]any, result any) {
	b.t.Helper()
	b.mu.Lock()
	b.last++
	request := map[string]any{"id": b.last, "method": method, "params": params}
	if session != "" {
		request["sessionId"] = session
	}
	answer := make(chan message, 1)
	b.open[b.last] = answer
	b.mu.Unlock()
	text, err := json.Marshal(request)
	require.NoError(b.t, err)
	_, err = b.out.Write(append(text, 0))
	require.NoError(b.t, err)
	select {
	case a := <-answer:
		require.Nil(b.t, a.Error, method)
		if result != nil {
			require.NoError(b.t, json.Unmarshal(a.Result, result))
		}
	case <-time.After(time.Minute):
		require.Fail(b.t, "the browser does not answer", method)
	}
}

// screen is what a page is shown on.
type screen struct {
	name          string
	width, height int
	phone         bool
}

// page is a page of a browser, in a test of its own.
type page struct {
	*browser
	t       *testing.T
	screen  screen
	session string
}

// newPage opens an address on a screen.
func (b *browser) newPage(t *testing.T, s screen, address string) *page {
	t.Helper()
	var target struct{ TargetID string }
	b.call("", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call("", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	p := &page{b, t, s, attached.SessionID}
	p.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": s.width, "height": s.height, "deviceScaleFactor": 2, "mobile": s.phone})
	p.call("Emulation.setTouchEmulationEnabled", map[string]any{"enabled": s.phone})
	p.scheme("light")
	p.call("Runtime.enable", nil)
	p.call("Log.enable", nil)
	p.call("Page.navigate", map[string]any{"url": address})
	return p
}

func (p *page) call(method string, params map[string]any) {
	p.t.Helper()
	p.browser.call(p.session, method, params, nil)
}

// scheme chooses light or dark, without motion.
func (p *page) scheme(name string) {
	p.t.Helper()
	p.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{
		{"name": "prefers-color-scheme", "value": name}, {"name": "prefers-reduced-motion", "value": "reduce"},
	}})
}

// evaluate returns the value of an expression, which may be a promise.
func evaluate[T any](p *page, expression string) (value T) {
	p.t.Helper()
	var answer struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	p.browser.call(p.session, "Runtime.evaluate", map[string]any{
		"expression": expression, "awaitPromise": true, "returnByValue": true,
	}, &answer)
	require.Nil(p.t, answer.ExceptionDetails, expression)
	require.NoError(p.t, json.Unmarshal(answer.Result.Value, &value), expression)
	return value
}

// wait waits until a condition holds.
func (p *page) wait(condition string) {
	p.t.Helper()
	require.Eventually(p.t, func() bool { return evaluate[bool](p, "Boolean("+condition+")") }, time.Minute, 20*time.Millisecond, condition)
}

// key presses a key that an element has the focus for.
func (p *page) key(key string) {
	p.t.Helper()
	params := map[string]any{"type": "keyDown", "key": key}
	if len(key) == 1 {
		params["text"] = key
	}
	p.call("Input.dispatchKeyEvent", params)
	p.call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": key})
}

// tap touches the middle of the first element that a selector finds, or clicks
// there where there is no touching.
func (p *page) tap(selector string) {
	p.t.Helper()
	at := evaluate[map[string]float64](p, fmt.Sprintf("(r => ({x: r.x + r.width / 2, y: r.y + r.height / 2}))(document.querySelector(%q).getBoundingClientRect())", selector))
	if p.screen.phone {
		p.call("Input.dispatchTouchEvent", map[string]any{"type": "touchStart", "touchPoints": []any{at}})
		p.call("Input.dispatchTouchEvent", map[string]any{"type": "touchEnd", "touchPoints": []any{}})
		return
	}
	for _, kind := range []string{"mousePressed", "mouseReleased"} {
		p.call("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": at["x"], "y": at["y"], "button": "left", "clickCount": 1})
	}
}

// text returns what an element says.
func (p *page) text(id string) string {
	p.t.Helper()
	return evaluate[string](p, fmt.Sprintf("document.getElementById(%q).textContent", id))
}

// says waits until an element says something.
func (p *page) says(id, text string) {
	p.t.Helper()
	p.wait(fmt.Sprintf("document.getElementById(%q).textContent.includes(%q)", id, text))
}

// click clicks the button with a text or an id.
func (p *page) click(button string) {
	p.t.Helper()
	p.run("[...document.querySelectorAll('button')].find(b => b.id === %[1]q || b.textContent === %[1]q).click()", button)
}

// run runs a statement, in which values are quoted.
func (p *page) run(statement string, values ...any) {
	p.t.Helper()
	evaluate[bool](p, "{ "+fmt.Sprintf(statement, values...)+" } true")
}

// focus moves the focus to the first element that a selector finds.
func (p *page) focus(selector string) {
	p.t.Helper()
	p.run("document.querySelector(%q).focus()", selector)
}

// picture stores pictures of the whole page in both schemes, if they are wanted.
func (p *page) picture(name string) {
	p.t.Helper()
	if *shots == "" {
		return
	}
	for _, scheme := range []string{"dark", "light"} {
		p.scheme(scheme)
		var shot struct{ Data []byte }
		p.browser.call(p.session, "Page.captureScreenshot", map[string]any{"captureBeyondViewport": true}, &shot)
		path := filepath.Join(*shots, fmt.Sprintf("%s-%s-%s.png", p.screen.name, name, scheme))
		require.NoError(p.t, os.WriteFile(path, shot.Data, 0o666))
	}
}
