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

// rolloutCases are of several lines of thought.
var rolloutCases = []optionCase{
	{"noise, by margin", reread.Options{Noise: 0.5, Seed: 3, Rollouts: &reread.Rollouts{Lines: 5}}},
	{"noise, by majority", reread.Options{Steps: 2, Noise: 1.5, Seed: 4, Rollouts: &reread.Rollouts{Lines: 9, Choice: reread.ByMajority}}},
	{"random starts", reread.Options{Steps: 1, Seed: 5, Rollouts: &reread.Rollouts{Lines: 4, Start: 2, Choice: reread.ByMajority}}},
	{"noise and random starts", reread.Options{Noise: 0.5, Rollouts: &reread.Rollouts{Lines: 3, Start: 1}}},
	{"halting", reread.Options{Steps: 3, Halt: true, HaltMargin: 0.5, Noise: 0.5, Rollouts: &reread.Rollouts{Lines: 6}}},
	{"rules, by majority", reread.Options{Steps: 2, Accept: rareRule, Noise: 1, Rollouts: &reread.Rollouts{Lines: 7, Choice: reread.ByMajority}}},
	{"rules and halting", reread.Options{Steps: 2, Halt: true, HaltMargin: 1, Accept: rareRule, Rollouts: &reread.Rollouts{Lines: 7, Start: 1}}},
	{"views", reread.Options{Steps: 2, Seed: 6, Rollouts: &reread.Rollouts{Lines: 5, View: shuffled}}},
	{"views, rules, noise and random starts", reread.Options{
		Steps: 3, Accept: rareRule, Noise: 0.25, Seed: 7, Rollouts: &reread.Rollouts{Lines: 6, Start: 0.5, View: shuffled, Choice: reread.ByMajority},
	}},
	{"one line", reread.Options{Noise: 0.5, Rollouts: &reread.Rollouts{Lines: 1, Start: 1}}},
}

// shuffled is a view of cells and tokens at random, in every third line of cells
// alone.
func shuffled(_ reread.Puzzle, line int, rng *rand.Rand) reread.View {
	v := reread.View{Cells: rng.Perm(16)}
	if line%3 == 0 {
		return v
	}
	for _, t := range rng.Perm(5) {
		v.Tokens = append(v.Tokens, int32(t))
	}
	return v
}

// thought is the answer at the end of a line of thought.
type thought struct {
	reread.Answer
	stop bool
}

// rolloutsByHand answers a puzzle by lines of thought that know nothing of each
// other, all of them: the slow, obvious way.
func rolloutsByHand(t *testing.T, m *nn.Model, p reread.Puzzle, o reread.Options) reread.Answer {
	t.Helper()
	var lines []thought
	for line := 1; line <= o.Rollouts.Lines; line++ {
		lines = append(lines, lineByHand(t, m, p, o, line))
	}
	steps := 0
	for i, l := range lines {
		steps += l.Steps
		if l.stop {
			l.Steps, l.Lines = steps, i+1
			return l.Answer
		}
	}
	best := chosenByHand(lines, o.Rollouts.Choice)
	best.Steps, best.Lines = steps, len(lines)
	return best
}

// lineByHand thinks one line of thought with one worker.
func lineByHand(t *testing.T, m *nn.Model, p reread.Puzzle, o reread.Options, line int) thought {
	t.Helper()
	w, g := m.NewWorker(1, 1), m.NewGroup(1, false)
	defer w.Close()
	cells, tokens := make([]int, 16), make([]int32, 5)
	for i := range cells {
		cells[i] = i
	}
	for i := range tokens {
		tokens[i] = int32(i)
	}
	digest := digestByHand(p) + uint64(line-1)*0x9e3779b97f4a7c15
	if o.Rollouts.View != nil && line > 1 {
		v := o.Rollouts.View(p, line, rand.New(rand.NewPCG(o.Seed, digest)))
		cells = v.Cells
		if v.Tokens != nil {
			tokens = v.Tokens
		}
	}
	for i, c := range cells {
		g.Inputs[i] = tokens[p.Tokens[c]]
	}
	g.PuzzleIDs[0] = p.ID
	move := func(size float32, step int) {
		g.Carry.AddNoise(0, size, rand.NewPCG(o.Seed^0xa0761d6478bd642f, digest+uint64(step)))
	}
	if line > 1 {
		move(o.Rollouts.Start, 0)
	}
	var a thought
	steps := o.Steps
	if steps == 0 {
		steps = m.Arch().HaltMaxSteps
	}
	for step := 1; step <= steps && !a.stop; step++ {
		move(o.Noise, step)
		require.NoError(t, w.Step(g))
		out := g.Answer()
		seen, sure := make([]int32, 16), make([]float32, 16)
		m.Decode(out.Logits, seen, sure)
		a = thought{Answer: reread.Answer{Tokens: make([]int32, 16), Confidence: make([]float32, 16), Steps: step, Margin: m.Margin(out.Q[0], out.Q[1])}}
		for i, c := range cells {
			a.Confidence[c] = sure[i]
			for token, name := range tokens {
				if name == seen[i] {
					a.Tokens[c] = int32(token)
				}
			}
		}
		a.Halted = a.Margin > o.HaltMargin
		a.Accepted = o.Accept != nil && o.Accept(p, a.Tokens)
		a.stop = o.Halt && a.Halted || a.Accepted
	}
	return a
}

// chosenByHand sorts lines by how good they are.
func chosenByHand(lines []thought, c reread.Choice) reread.Answer {
	votes := map[string]int{}
	key := func(a reread.Answer) string {
		s := ""
		for _, t := range a.Tokens {
			s += string('a' + t)
		}
		return s
	}
	for _, l := range lines {
		votes[key(l.Answer)]++
	}
	slices.SortStableFunc(lines, func(a, b thought) int {
		if d := votes[key(b.Answer)] - votes[key(a.Answer)]; c == reread.ByMajority && d != 0 {
			return d
		}
		if a.Margin > b.Margin {
			return -1
		}
		return 1
	})
	return lines[0].Answer
}

// Rollouts give the answers of lines thought one by one, whatever the number of
// goroutines and the order of the puzzles.
func TestRollouts(t *testing.T) {
	for name, m := range models(t) {
		for _, c := range rolloutCases {
			t.Run(name+"/"+c.name, func(t *testing.T) {
				ps := puzzles(13)
				requireAnswers(t, m, ps, rolloutsByHand, c.o, 1, 2, 5)
				slices.Reverse(ps)
				requireAnswers(t, m, ps, rolloutsByHand, c.o, 2)
			})
		}
	}
}

// The cases above come to other answers than one line of thought does, and so do
// another seed and the other choice.
func TestRolloutsMatter(t *testing.T) {
	ps := puzzles(40)
	for name, m := range models(t) {
		solve := func(o reread.Options) []reread.Answer {
			got, err := reread.Solve(t.Context(), m, ps, &o)
			require.NoError(t, err)
			return got
		}
		for i, c := range rolloutCases[:9] {
			what := name + ", " + c.name
			got := solve(c.o)
			differ := func(change func(o *reread.Options, r *reread.Rollouts)) {
				o, r := c.o, *c.o.Rollouts
				o.Rollouts = &r
				change(&o, &r)
				require.NotEqual(t, tokensOf(got), tokensOf(solve(o)), what)
			}
			differ(func(o *reread.Options, _ *reread.Rollouts) { o.Rollouts = nil })
			differ(func(o *reread.Options, _ *reread.Rollouts) { o.Seed++ })
			if i < 3 { // where several lines come to the same answer
				differ(func(_ *reread.Options, r *reread.Rollouts) { r.Choice = 1 - r.Choice })
			}
			lines := map[int]int{}
			for _, a := range got {
				lines[a.Lines]++
			}
			if c.o.Halt || c.o.Accept != nil {
				require.Greater(t, len(lines), 1, "%s: %v", what, lines)
				require.Positive(t, lines[1])
			} else {
				require.Equal(t, map[int]int{c.o.Rollouts.Lines: 40}, lines, what)
			}
		}
	}
}

func tokensOf(answers []reread.Answer) (out [][]int32) {
	for _, a := range answers {
		out = append(out, a.Tokens)
	}
	return out
}

// A line of thought at which the options stop is the last; what it costs is what
// the same puzzle costs without rollouts.
func TestRolloutsBudget(t *testing.T) {
	for name, m := range models(t) {
		ps := puzzles(40)
		o := reread.Options{Steps: 3, Accept: rareRule, Noise: 0.5}
		one, err := reread.Solve(t.Context(), m, ps, &o)
		require.NoError(t, err)
		o.Rollouts = &reread.Rollouts{Lines: 8}
		all, err := reread.Solve(t.Context(), m, ps, &o)
		require.NoError(t, err)
		easy, more := 0, 0
		for i, a := range one {
			if a.Accepted {
				easy++
				require.Equal(t, a, all[i], name)
				continue
			}
			require.Greater(t, all[i].Lines, 1)
			if all[i].Accepted {
				more++
			}
		}
		require.Positive(t, easy)
		require.Positive(t, more)
	}
}

// With views that show the puzzle as it is, every line is the first.
func TestIdentityViews(t *testing.T) {
	for name, m := range models(t) {
		want, err := reread.Solve(t.Context(), m, puzzles(10), nil)
		require.NoError(t, err)
		whole := reread.View{Cells: []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, Tokens: []int32{0, 1, 2, 3, 4}}
		for _, v := range []reread.View{{}, whole} {
			view := func(reread.Puzzle, int, *rand.Rand) reread.View { return v }
			got, err := reread.Solve(t.Context(), m, puzzles(10), &reread.Options{Rollouts: &reread.Rollouts{Lines: 3, View: view}})
			require.NoError(t, err)
			for i := range got {
				require.Equal(t, 3, got[i].Lines)
				require.Equal(t, 12, got[i].Steps)
				got[i].Lines, got[i].Steps = 1, 4
			}
			require.Equal(t, want, got, name)
		}
	}
}

// A view of sets renames what is in them.
func TestViewsOfSets(t *testing.T) {
	arch := smallArch()
	arch.Inputs = nn.InputSets
	m, err := trm.New(trm.Config{Arch: arch}, rand.New(rand.NewPCG(1, 2)))
	require.NoError(t, err)
	p := reread.Puzzle{Tokens: make([]int32, 16)}
	for c := range p.Tokens {
		p.Tokens[c] = int32(c) + 1
	}
	names := []int32{2, 0, 1, 4, 3}
	view := func(reread.Puzzle, int, *rand.Rand) reread.View { return reread.View{Tokens: names} }
	for s, err := range reread.Think(t.Context(), m, p, &reread.Options{Steps: 1, Rollouts: &reread.Rollouts{Lines: 2, View: view}}) {
		require.NoError(t, err)
		if s.Line == 1 {
			continue
		}
		for c, set := range s.Inputs {
			for token, name := range names {
				require.Equal(t, p.Tokens[c]>>token&1, set>>name&1)
			}
		}
	}
}

// Think shows the lines that Solve goes through, in the form of the puzzle.
func TestThinkRollouts(t *testing.T) {
	for name, m := range models(t) {
		for _, c := range rolloutCases {
			for _, p := range puzzles(4) {
				want, n := rolloutsByHand(t, m, p, c.o), 0
				steps := c.o.Steps
				if steps == 0 {
					steps = m.Arch().HaltMaxSteps
				}
				var ends []reread.Answer
				for s, err := range reread.Think(t.Context(), m, p, &c.o) {
					require.NoError(t, err)
					require.Equal(t, n/steps+1, s.Line)
					n++
					require.Equal(t, n, s.N)
					if n == want.Steps || n%steps == 0 {
						ends = append(ends, reread.Answer{Tokens: slices.Clone(s.Tokens), Confidence: slices.Clone(s.Confidence), Margin: s.Margin, Accepted: s.Accepted})
					}
				}
				require.Equal(t, want.Steps, n, "%s, %s", name, c.name)
				require.Len(t, ends, want.Lines)
				got := ends[len(ends)-1]
				if !want.Accepted && !(c.o.Halt && want.Halted) {
					got = ends[c.o.Rollouts.Choice.Of(ends)]
				}
				got.Steps, got.Lines, got.Halted = want.Steps, want.Lines, want.Halted
				require.Equal(t, want, got, "%s, %s", name, c.name)
			}
		}
	}
}

// Cancelling ends lines of thought that would take for ever.
func TestRolloutsAreCancelled(t *testing.T) {
	before := runtime.NumGoroutine()
	m := models(t)["trm"]
	ctx, cancel := context.WithCancel(t.Context())
	var seen atomic.Int64
	o := &reread.Options{Steps: 2, Noise: 1, Workers: 3, Rollouts: &reread.Rollouts{Lines: math.MaxInt}}
	o.Accept = func(reread.Puzzle, []int32) bool {
		if seen.Add(1) == 500 {
			cancel()
		}
		return false
	}
	_, err := reread.Solve(ctx, m, puzzles(9), o)
	require.ErrorIs(t, err, context.Canceled)
	requireNoGoroutines(t, before)
}

func TestRolloutErrors(t *testing.T) {
	m := models(t)["trm"]
	for _, c := range []struct {
		o    reread.Options
		says string
	}{
		{reread.Options{Rollouts: &reread.Rollouts{}}, "0 lines of thought, want 1 or more"},
		{reread.Options{Rollouts: &reread.Rollouts{Lines: -2}}, "-2 lines of thought, want 1 or more"},
		{reread.Options{Rollouts: &reread.Rollouts{Lines: 2, Start: -1}}, "a random start of -1"},
		{reread.Options{Rollouts: &reread.Rollouts{Lines: 2, Start: float32(math.NaN())}}, "a random start of NaN"},
		{reread.Options{Rollouts: &reread.Rollouts{Lines: 2, Start: float32(math.Inf(1))}}, "a random start of +Inf"},
		{reread.Options{Rollouts: &reread.Rollouts{Lines: 2, Start: 1025}}, "a random start of 1025, want 0 to 1024"},
		{reread.Options{Noise: 1, Rollouts: &reread.Rollouts{Lines: 2, Choice: 2}}, "unknown Choice(2)"},
		{reread.Options{Noise: 1, Rollouts: &reread.Rollouts{Lines: 2, Choice: -1}}, "unknown Choice(-1)"},
		{reread.Options{Rollouts: &reread.Rollouts{Lines: 2}}, "would all be the same"},
		{reread.Options{Noise: -1, Halt: true, Rollouts: &reread.Rollouts{Lines: 2}}, "would all be the same"},
		{reread.Options{Noise: 1, Halt: true, Rollouts: &reread.Rollouts{Lines: 2}, Guess: &reread.Guess{}}, "rollouts or guesses, not both"},
	} {
		_, err := reread.NewSolver(m, &c.o)
		require.ErrorContains(t, err, "reread: ")
		require.ErrorContains(t, err, c.says)
	}
}

// Views that are none are errors that name the puzzle and the line.
func TestViewErrors(t *testing.T) {
	m, ps := models(t)["trm"], puzzles(3)
	for _, c := range []struct {
		v    reread.View
		says string
	}{
		{reread.View{Cells: []int{0, 1}}, "its cells are no permutation of 0 to 15"},
		{reread.View{Cells: make([]int, 16)}, "its cells are no permutation of 0 to 15"},
		{reread.View{Tokens: []int32{0, 1, 2, 3, 5}}, "its tokens are no permutation of 0 to 4"},
		{reread.View{Tokens: []int32{0, 1, 2, 3, -1}}, "its tokens are no permutation of 0 to 4"},
		{reread.View{Tokens: []int32{0, 1, 2, 3, 4, 0}}, "its tokens are no permutation of 0 to 4"},
	} {
		o := &reread.Options{Workers: 2, Rollouts: &reread.Rollouts{Lines: 3, View: func(p reread.Puzzle, line int, _ *rand.Rand) reread.View {
			if line == 3 && slices.Equal(p.Tokens, ps[1].Tokens) {
				return c.v
			}
			return reread.View{}
		}}}
		_, err := reread.Solve(t.Context(), m, ps, o)
		require.EqualError(t, err, "reread: puzzle 1: view of line 3: "+c.says)
		for _, err = range reread.Think(t.Context(), m, ps[1], o) {
		}
		require.EqualError(t, err, "reread: view of line 3: "+c.says)
	}
}

func TestChoice(t *testing.T) {
	answers := []reread.Answer{
		{Tokens: []int32{1}, Margin: -3}, {Tokens: []int32{2}, Margin: 1}, {Tokens: []int32{3}, Margin: 5},
		{Tokens: []int32{2}, Margin: 2}, {Tokens: []int32{1}, Margin: 2}, {Tokens: []int32{4}, Margin: 5},
	}
	for _, c := range []struct{ n, byMargin, byMajority int }{{1, 0, 0}, {2, 1, 1}, {3, 2, 2}, {4, 2, 3}, {5, 2, 3}, {6, 2, 3}} {
		require.Equal(t, c.byMargin, reread.ByMargin.Of(answers[:c.n]), "of %d", c.n)
		require.Equal(t, c.byMajority, reread.ByMajority.Of(answers[:c.n]), "of %d", c.n)
	}
	require.Equal(t, "margin", reread.ByMargin.String())
	require.Equal(t, "majority", reread.ByMajority.String())
	for _, c := range []reread.Choice{reread.ByMargin, reread.ByMajority} {
		text, err := c.MarshalText()
		require.NoError(t, err)
		got := 1 - c
		require.NoError(t, got.UnmarshalText(text))
		require.Equal(t, c, got)
	}
	require.ErrorContains(t, new(reread.Choice).UnmarshalText([]byte("best")), `unknown choice "best", want margin or majority`)
}
