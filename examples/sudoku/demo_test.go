package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/internal/simd"
)

// TestDemoIsThatOfTheREADME compares the screen, which is golden in portable
// code. All puzzles are solved everywhere.
func TestDemoIsThatOfTheREADME(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	readme := strings.ReplaceAll(string(text), "\r\n", "\n")
	screen := call(t, "")
	require.Zero(t, screen.code, screen.stderr)
	lines := strings.Split(strings.TrimSuffix(screen.stdout, "\n"), "\n")
	require.LessOrEqual(t, len(lines)+1, 24, "with the prompt after it")
	require.Equal(t, "solved 6 of 6 puzzles", lines[len(lines)-1])
	requireTidy(t, lines, 80)

	if testing.Short() {
		t.Skip("portable code is slow")
	}
	atLevel(t, simd.Generic)
	if screen = call(t, ""); !fuses() {
		require.True(t, strings.Contains(readme, "```\n"+screen.stdout+"```\n"), "README.md does not have\n%s", screen.stdout)
	}
}

// TestDemoVerbose looks for every step in the boards of all puzzles.
func TestDemoVerbose(t *testing.T) {
	r := call(t, "", "-v")
	require.Zero(t, r.code, r.stderr)
	lines := strings.Split(strings.TrimSuffix(r.stdout, "\n"), "\n")
	requireTidy(t, lines, 90) // words on what is not solved are wider than boards
	require.Contains(t, r.stdout, "39 givens, rating 0       step 1, margin")
	require.Equal(t, 6, strings.Count(r.stdout, "\npuzzle ")+1)
	require.Equal(t, 6, strings.Count(r.stdout, ": solved in "))
	require.Equal(t, "solved 6 of 6 puzzles", lines[len(lines)-1])
	require.Equal(t, 2, call(t, "", "-v", "more").code)
}

// requireTidy wants plain lines that are not too wide.
func requireTidy(t *testing.T, lines []string, width int) {
	t.Helper()
	for _, line := range lines {
		require.LessOrEqual(t, len(line), width, line)
		require.Equal(t, strings.TrimRight(line, " "), line)
		require.NotContains(t, line, "\x1b", "no colour without a terminal")
	}
}

func TestDemoInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	require.Equal(t, 130, run(ctx, nil, nil, &stdout, &stderr))
	require.Contains(t, stderr.String(), "interrupted")
}

// atLevel sets the SIMD level for a test.
func atLevel(t *testing.T, l simd.Level) {
	t.Helper()
	before, err := simd.SetLevel(l)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := simd.SetLevel(before)
		require.NoError(t, err)
	})
}

// fuses reports whether the compiler rounds x*y + z once, as it may: then the
// bits are others.
func fuses() bool {
	x := oneish
	return x*x-1 != float32(x*x)-1
}

// oneish is a variable so that the compiler cannot know its square, whose last
// bit is lost in float32.
var oneish = float32(1 + 1.0/4096)
