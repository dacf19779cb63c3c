package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data/sudoku"
)

// event is one that a test has collected.
type event struct {
	name string
	data any
}

func do(t *testing.T, r Request) ([]event, error) {
	t.Helper()
	e, err := New()
	require.NoError(t, err)
	var events []event
	err = e.Do(t.Context(), r, func(name string, data any) error {
		events = append(events, event{name, data})
		return nil
	})
	return events, err
}

const easy = "569.2..84...48.6.2.8..9.73.4..167...73...8.6.6.834...1...87...617.5..9...239...47"

func TestThink(t *testing.T) {
	events, err := do(t, Request{Task: "think", Puzzle: easy})
	require.NoError(t, err)
	require.Equal(t, event{"puzzle", puzzleEvent{Steps: 16, Givens: 39, Solutions: 1}}, events[0])
	steps, updates := 0, 0
	for _, e := range events[1:] {
		switch data := e.data.(type) {
		case updateEvent:
			require.Equal(t, steps+1, data.Step)
			require.Contains(t, []string{"z_H", "z_L"}, data.State)
			require.Positive(t, data.Change)
			updates++
		case stepEvent:
			steps++
			require.Equal(t, steps, data.Step)
			require.Len(t, data.Chances, 9*sudoku.Cells)
		}
	}
	require.GreaterOrEqual(t, updates, 3*steps)
	last := events[len(events)-1].data.(stepEvent)
	require.True(t, last.Accepted)
	question, err := sudoku.Parse(easy)
	require.NoError(t, err)
	answer, err := sudoku.Parse(last.Answer)
	require.NoError(t, err)
	require.True(t, answer.Solves(question))
}

// TestChances adds up the chances of a cell, where nothing is given.
func TestChances(t *testing.T) {
	events, err := do(t, Request{Task: "think", Puzzle: strings.Repeat(".", sudoku.Cells)})
	require.NoError(t, err)
	require.Equal(t, 2, events[0].data.(puzzleEvent).Solutions)
	last := events[len(events)-1].data.(stepEvent)
	for cell, digit := range last.Answer {
		chances, sum := last.Chances[9*cell:][:9], 0
		for _, c := range chances {
			sum += int(c)
		}
		require.InDelta(t, 255, sum, 9.0/2, "each is rounded")
		require.Equal(t, slices.Max(chances), chances[digit-'1'])
	}
}

// TestGuesses thinks on where there is nothing to find.
func TestGuesses(t *testing.T) {
	events, err := do(t, Request{Task: "think", Puzzle: "12345678." + strings.Repeat(".", 8) + "9" + strings.Repeat(".", 63), Lines: 3})
	require.NoError(t, err)
	require.Equal(t, puzzleEvent{Steps: 32, Givens: 9}, events[0].data)
	var lines []int
	for _, e := range events {
		if s, ok := e.data.(stepEvent); ok {
			require.False(t, s.Accepted)
			lines = append(lines, s.Line)
		}
	}
	require.Equal(t, slices.Concat(slices.Repeat([]int{1}, 16), slices.Repeat([]int{2}, 8), slices.Repeat([]int{3}, 8)), lines)
}

func TestBadRequests(t *testing.T) {
	for _, c := range []struct {
		request Request
		want    string
	}{
		{Request{}, `there is no task ""`},
		{Request{Task: strings.Repeat("x", 1000)}, `there is no task "xxxxxxxxxxxxxxxxxxxx"`},
		{Request{Task: "think"}, "grid has 0 characters, want 81"},
		{Request{Task: "think", Puzzle: easy + "1"}, "grid has 82 characters, want 81"},
		{Request{Task: "think", Puzzle: "x" + easy[1:]}, "grid has character 'x' at position 0, want a digit or '.'"},
		{Request{Task: "think", Puzzle: easy, Lines: 33}, "33 lines of thought, want 1 to 32"},
		{Request{Task: "think", Puzzle: easy, Lines: -1}, "-1 lines of thought, want 1 to 32"},
		{Request{Task: "think", Puzzle: "55" + easy[2:]}, "the givens break the rules: two 5s in row 1"},
	} {
		events, err := do(t, c.request)
		require.EqualError(t, err, c.want)
		require.ErrorAs(t, err, new(*BadRequest))
		require.Empty(t, events)
	}
}

func TestStopping(t *testing.T) {
	e, err := New()
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	updates := 0
	err = e.Do(ctx, Request{Task: "think", Puzzle: easy}, func(name string, _ any) error {
		if name == "update" {
			updates++
			cancel()
		}
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 1, updates)

	gone := errors.New("gone")
	require.ErrorIs(t, e.Do(t.Context(), Request{Task: "think", Puzzle: easy}, func(string, any) error { return gone }), gone)
}
