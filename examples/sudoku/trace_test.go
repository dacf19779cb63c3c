package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/examples/sudoku/trace"
)

func TestTraceFiles(t *testing.T) {
	for name, begin := range map[string]string{"a.gif": "GIF89a", "b.HTML": "<!doctype html>", "c.json": `{"model":"units.safetensors"`} {
		path := filepath.Join(t.TempDir(), name)
		r := call(t, "", "trace", "-steps", "2", "-o", path, puzzle)
		require.Equal(t, result{0, "wrote " + path + "\n", ""}, r)
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, begin, string(got[:len(begin)]))
	}
}

// The trace is what solve goes through.
func TestTraceSolves(t *testing.T) {
	s := parseSolution(t, call(t, "", "solve", "-format", "json", puzzle).stdout)
	path := filepath.Join(t.TempDir(), "trace.json")
	require.Zero(t, call(t, "", "trace", "-o", path, puzzle).code)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var tr trace.Trace
	require.NoError(t, json.Unmarshal(text, &tr))
	require.Len(t, tr.Steps, s.Steps)
	require.Equal(t, s.Answer, tr.Steps[s.Steps-1].Tokens.Grid().String())
	require.True(t, tr.Steps[s.Steps-1].Accepted)
}

func TestTraceWithoutTerminal(t *testing.T) {
	r := call(t, puzzle, "trace")
	require.Zero(t, r.code, r.stderr)
	requireTidy(t, strings.Split(strings.TrimSuffix(r.stdout, "\n"), "\n"), 80)
	require.Contains(t, r.stdout, "puzzle 1: solved in ")
	require.Contains(t, r.stdout, "\n30 givens                 step 1, margin ")
	require.Contains(t, r.stdout, "\nstep  margin  changed  confidence    z_H    z_L\n   1  ")
}

func TestTraceBadInput(t *testing.T) {
	for _, c := range []struct {
		stdin string
		args  []string
		want  string
	}{
		{"", []string{"-o", "x.png", puzzle}, "must end in .gif, .html or .json"},
		{"", []string{"-steps", "-1", puzzle}, "-steps"},
		{"", []string{"-guesses", "-1", puzzle}, "-guesses"},
		{"", []string{"-noise", "NaN", puzzle}, "-noise"},
		{puzzle + "\n" + hard, nil, "2 puzzles"},
		{"", []string{puzzle[1:]}, "80 characters"},
		{"", []string{"-weights", "no/such/file", puzzle}, "no/such/file"},
		{"", []string{"-o", "no/such/trace.gif", puzzle}, "no/such"},
	} {
		r := call(t, c.stdin, append([]string{"trace"}, c.args...)...)
		require.Equal(t, 2, r.code, r.stderr)
		require.Contains(t, r.stderr, c.want)
		require.Empty(t, r.stdout)
	}
}

// storyOf has so many steps about a puzzle.
func storyOf(t *testing.T, puzzle string, steps int) *story {
	t.Helper()
	s, err := tell(t.Context(), pretrainedModel(t), reread.Options{Steps: steps}, 1, &sudoku.Puzzle{Question: grid(t, puzzle), Rating: data.Unrated})
	require.NoError(t, err)
	return s
}

// Each frame covers the one before, and keeps within the terminal.
func TestAnimation(t *testing.T) {
	const steps = 14 // more than there are lines
	s := storyOf(t, hard, steps)
	height := 1 + len(s.givens().lines(false))
	for _, columns := range []int{s.givens().width() + 1, 80} {
		for _, colour := range []bool{false, true} {
			var out bytes.Buffer
			require.NoError(t, s.animate(t.Context(), &out, columns, colour, 0))
			text := strings.TrimSuffix(strings.TrimPrefix(out.String(), hideCursor), showCursor)
			require.Equal(t, colour, strings.Contains(text, "\x1b[1;32m"))
			frames := strings.Split(text, fmt.Sprintf(cursorUp, height))
			require.Len(t, frames, 1+steps)
			for _, frame := range frames {
				lines := strings.Split(frame, clearRest+"\n")
				require.Len(t, lines, height+1)
				for _, line := range lines {
					require.Less(t, len(escapes.ReplaceAllString(line, "")), columns, line)
				}
			}
			require.Contains(t, frames[steps], "step 14, margin ")
			require.Equal(t, columns == 80, strings.Contains(frames[steps], fmt.Sprintf("    14  %+6.2f  ", s.Steps[steps-1].Margin)))
		}
	}
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*[a-zA-Z]|\r")

func TestAnimationInterrupted(t *testing.T) {
	s := storyOf(t, hard, 2)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out bytes.Buffer
	require.ErrorIs(t, s.animate(ctx, &out, 80, true, pause), context.Canceled)
	require.True(t, strings.HasSuffix(out.String(), showCursor))
}
