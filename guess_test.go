package reread_test

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// guessCases are of several lines of thought.
var guessCases = []optionCase{
	{"guesses", reread.Options{Accept: rareRule, Guess: &reread.Guess{}}},
	{"guesses, drawn", reread.Options{Steps: 3, Accept: rareRule, Guess: &reread.Guess{
		Blank: 1, Lines: 9, Steps: 1, AnyCell: true, Temperature: 1.5,
	}, Seed: 7}},
	{"guesses, anew", reread.Options{Steps: 1, Accept: rareRule, Guess: &reread.Guess{
		Blank: 4, Lines: 20, Steps: 5, AnyCell: true, Restart: true,
	}}},
	{"guesses, drawn anew", reread.Options{Steps: 2, Accept: rareRule, Guess: &reread.Guess{
		Blank: 2, Lines: 4, Temperature: 0.3, Restart: true,
	}}},
	{"guesses, halting", reread.Options{Steps: 1, Halt: true, Guess: &reread.Guess{Blank: 3, Lines: 6}}},
	{"guesses, three at a time", reread.Options{Steps: 1, Accept: rareRule, Guess: &reread.Guess{
		Blank: 1, Lines: 12, Steps: 1, Depth: 3, Temperature: 1,
	}}},
	{"guesses, the last undone", reread.Options{Steps: 2, Accept: rareRule, Guess: &reread.Guess{
		Blank: 2, Lines: 12, Steps: 1, Depth: 2, UndoLast: true, Temperature: 1,
	}}},
	{"guesses, all cells", reread.Options{Steps: 1, Accept: rareRule, Guess: &reread.Guess{Blank: 3, Lines: 40, Steps: 1, Depth: 99}}},
	{"guesses, one line", reread.Options{Accept: rareRule, Guess: &reread.Guess{Lines: 1}}},
}

// Guesses give the answers of a plain loop, as lines without them do.
func TestGuesses(t *testing.T) {
	for name, m := range models(t) {
		for _, c := range guessCases {
			t.Run(name+"/"+c.name, func(t *testing.T) { requireByHand(t, m, puzzles(14), c.o, 1, 2, 5) })
		}
	}
}

// The cases above do come to different numbers of lines.
func TestGuessesMatter(t *testing.T) {
	m, ps := models(t)["trm"], puzzles(60)
	for _, c := range guessCases[:8] {
		answers, err := reread.Solve(t.Context(), m, ps, &c.o)
		require.NoError(t, err)
		lines := map[int]int{}
		for _, a := range answers {
			lines[a.Lines]++
		}
		require.Greater(t, len(lines), 1, "%s: %v", c.name, lines)
	}
}

// What comes of a puzzle does not depend on its place among others.
func TestGuessesDependOnThePuzzle(t *testing.T) {
	m, ps := models(t)["trm"], puzzles(30)
	o := &guessCases[1].o
	want, err := reread.Solve(t.Context(), m, ps, o)
	require.NoError(t, err)
	slices.Reverse(ps)
	got, err := reread.Solve(t.Context(), m, ps, o)
	require.NoError(t, err)
	slices.Reverse(got)
	require.Equal(t, want, got)

	other := *o
	other.Seed++
	got, err = reread.Solve(t.Context(), m, ps, &other)
	require.NoError(t, err)
	slices.Reverse(got)
	require.NotEqual(t, want, got)
}

// A puzzle with nothing to guess has one line.
func TestGuessNeedsAnOpenCell(t *testing.T) {
	m, p := models(t)["trm"], puzzles(1)[0]
	for c := range p.Tokens {
		p.Tokens[c] = 2
	}
	never := func(reread.Puzzle, []int32) bool { return false }
	got, err := reread.Solve(t.Context(), m, []reread.Puzzle{p}, &reread.Options{Accept: never, Guess: &reread.Guess{Blank: 3}})
	require.NoError(t, err)
	require.Equal(t, 1, got[0].Lines)
	want, err := reread.Solve(t.Context(), m, []reread.Puzzle{p}, nil)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// Think shows the lines that Solve goes through, each with its guess.
func TestThinkGuesses(t *testing.T) {
	for name, m := range models(t) {
		for _, c := range guessCases {
			for _, p := range puzzles(6) {
				want := byHand(t, m, p, c.o)
				n, line := 0, 0
				for s, err := range reread.Think(t.Context(), m, p, &c.o) {
					require.NoError(t, err)
					n++
					require.Equal(t, n, s.N)
					if s.Line != line {
						require.Equal(t, line+1, s.Line)
						line++
					}
					requireGuess(t, p, s, c.o.Guess)
					if n == want.Steps && (s.Accepted || c.o.Halt && s.Margin > 0) {
						require.Equal(t, want.Tokens, s.Tokens)
					}
				}
				require.Equal(t, want.Steps, n, "%s, %s", name, c.name)
				require.Equal(t, want.Lines, line)
			}
		}
	}
}

// requireGuess looks for the guesses of a line, at least one if it is not the first.
func requireGuess(t *testing.T, p reread.Puzzle, s *reread.Step, g *reread.Guess) {
	t.Helper()
	guesses := 0
	for c, token := range s.Inputs {
		if token != p.Tokens[c] {
			require.Equal(t, g.Blank, p.Tokens[c])
			guesses++
		}
	}
	depth := max(1, g.Depth)
	want := min(s.Line-1, depth)
	if s.Line > depth && !g.UndoLast {
		want = 1 + (s.Line-2)%depth
	}
	require.Equal(t, want, guesses)
}

// With a restart, the states that a line begins with are the initial ones.
func TestThinkRestarts(t *testing.T) {
	m, p := models(t)["trm"], puzzles(1)[0]
	o := &reread.Options{Steps: 2, Updates: true, Accept: func(reread.Puzzle, []int32) bool { return false }}
	o.Guess = &reread.Guess{Lines: 3, Steps: 1, Restart: true}
	var guessed reread.Puzzle
	var second []moment
	for s, err := range reread.Think(t.Context(), m, p, o) {
		require.NoError(t, err)
		if s.Line == 2 {
			guessed = reread.Puzzle{Tokens: slices.Clone(s.Inputs), ID: p.ID}
			second = append(second, momentOf(s))
		}
	}
	want := thoughts(t, m, guessed, &reread.Options{Steps: 1, Updates: true})
	for i := range want {
		want[i].n = 3
	}
	require.Equal(t, want, second)
}

// Cancelling ends a search through lines that would take for ever.
func TestGuessesAreCancelled(t *testing.T) {
	before := runtime.NumGoroutine()
	m := models(t)["trm"]
	for _, workers := range []int{1, 3} {
		ctx, cancel := context.WithCancel(t.Context())
		var given, seen atomic.Int64
		o := &reread.Options{Steps: 2, Workers: workers, Guess: &reread.Guess{Lines: 1 << 30}}
		o.Accept = func(reread.Puzzle, []int32) bool {
			if seen.Add(1) == 500 {
				cancel()
			}
			return false
		}
		var last error
		for _, err := range reread.Stream(ctx, m, endless(&given), o) {
			last = err
		}
		require.ErrorIs(t, last, context.Canceled)
		require.Less(t, seen.Load(), int64(500+2*workers*m.GroupSize()), "each worker ends after its step")
	}
	requireNoGoroutines(t, before)
}

func TestGuessErrors(t *testing.T) {
	m, accept := models(t)["trm"], rareRule
	sets := smallArch()
	sets.Inputs = nn.InputSets
	ofSets, err := trm.New(trm.Config{Arch: sets}, rand.New(rand.NewPCG(1, 2)))
	require.NoError(t, err)
	for _, c := range []struct {
		m    *nn.Model
		o    reread.Options
		says string
	}{
		{m, reread.Options{Guess: &reread.Guess{}}, "guesses need Accept or Halt"},
		{m, reread.Options{Accept: accept, Guess: &reread.Guess{Blank: -1}}, "the token -1 of a blank cell, want 0 to 4"},
		{m, reread.Options{Accept: accept, Guess: &reread.Guess{Blank: 5}}, "the token 5 of a blank cell, want 0 to 4"},
		{m, reread.Options{Accept: accept, Guess: &reread.Guess{Lines: -1}}, "-1 lines of thought, want 0 or more"},
		{m, reread.Options{Accept: accept, Guess: &reread.Guess{Steps: -2}}, "-2 supervision steps of a guessed line, want 0 to 2147483647"},
		{m, reread.Options{Accept: accept, Guess: &reread.Guess{Depth: -1}}, "-1 guesses at one time"},
		{m, reread.Options{Accept: accept, Guess: &reread.Guess{Temperature: -1}}, "a temperature of -1"},
		{m, reread.Options{Accept: accept, Guess: &reread.Guess{Temperature: math.NaN()}}, "a temperature of NaN"},
		{m, reread.Options{Accept: accept, Guess: &reread.Guess{Temperature: math.Inf(1)}}, "a temperature of +Inf"},
		{ofSets, reread.Options{Accept: accept, Guess: &reread.Guess{}}, "not sets of them"},
		{m, reread.Options{HaltMargin: float32(math.NaN())}, "a halting margin of NaN"},
	} {
		_, err := reread.NewSolver(c.m, &c.o)
		require.ErrorContains(t, err, "reread: ")
		require.ErrorContains(t, err, c.says)
	}
}
