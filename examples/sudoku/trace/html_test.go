package trace

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func webPage(t *testing.T, tr *Trace) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, tr.WriteHTML(&out))
	return out.Bytes()
}

var traceScript = regexp.MustCompile(`(?s)<script id="trace" type="application/json">(.*?)</script>`)

// A page holds the trace, whatever is in its texts, and asks for nothing else.
func TestHTML(t *testing.T) {
	tr := record(t, hard, 2)
	text := webPage(t, tr)
	found := traceScript.FindSubmatch(text)
	require.NotNil(t, found)
	require.Equal(t, tr, parse(t, found[1]))
	require.Equal(t, 2, bytes.Count(text, []byte("<script")), "the data and our own")
	require.Equal(t, 2, bytes.Count(text, []byte("</script")))
	require.Contains(t, string(text), "None of its answers")
	for _, address := range regexp.MustCompile(`(?:src|href)=\S*|url\(|https?://[^"]*`).FindAllString(string(text), -1) {
		require.Contains(t, []string{`href="data:,">`, "http://www.w3.org/2000/svg"}, address)
	}
}

func TestHTMLSolved(t *testing.T) {
	tr := record(t, easy, 16)
	require.Contains(t, string(webPage(t, tr)), "keeps all the rules.</p>")
	require.NotContains(t, string(webPage(t, tr)), "None of its answers")
}

// The scripts show the last step's board where the address asks for it.
func TestHTMLInChromium(t *testing.T) {
	tr := record(t, easy, 16)
	file := filepath.Join(t.TempDir(), "trace.html")
	require.NoError(t, os.WriteFile(file, webPage(t, tr), 0o666))
	last := &tr.Steps[len(tr.Steps)-1]
	address := fmt.Sprintf("file://%s#%d", file, last.N)
	dom := chromium(t, "--dump-dom", address)
	board := ""
	for _, said := range regexp.MustCompile(`<span class="say">(\d)`).FindAllStringSubmatch(string(dom), -1) {
		board += said[1]
	}
	require.Equal(t, last.Tokens.Grid().String(), board)

	shot := filepath.Join(t.TempDir(), "shot.png")
	chromium(t, "--screenshot="+shot, "--window-size=1200,900", address)
	f, err := os.Open(shot)
	require.NoError(t, err)
	defer f.Close()
	picture, err := png.Decode(f)
	require.NoError(t, err)
	require.Greater(t, coloursOf(picture), 50, "the screenshot is blank")
}

// chromium returns what it prints of a page.
func chromium(t *testing.T, args ...string) []byte {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes long")
	}
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
		}
	}
	if path == "" {
		t.Skip("no Chromium here")
	}
	profile, err := os.MkdirTemp("", "reread-chromium")
	require.NoError(t, err)
	defer os.RemoveAll(profile) // unlike t.TempDir, it may still be written to
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, append([]string{
		"--headless=new", "--no-sandbox", "--disable-gpu", "--user-data-dir=" + profile, "--virtual-time-budget=3000",
	}, args...)...)
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	require.NoError(t, err)
	return out
}

func coloursOf(picture image.Image) int {
	colours := map[[3]uint32]bool{}
	for y := picture.Bounds().Min.Y; y < picture.Bounds().Max.Y; y++ {
		for x := picture.Bounds().Min.X; x < picture.Bounds().Max.X; x++ {
			r, g, b, _ := picture.At(x, y).RGBA()
			colours[[3]uint32{r, g, b}] = true
		}
	}
	return len(colours)
}
