package trace

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/examples/sudoku/pretrained"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

const (
	easy = "53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79"
	hard = "..1.......427.......52.3..8.2.6..5....4...9...86.7.1......4.......5...17....872.."
)

func model(t *testing.T) *nn.Model {
	t.Helper()
	m, err := pretrained.Load()
	require.NoError(t, err)
	return m
}

func grid(t *testing.T, s string) sudoku.Grid {
	t.Helper()
	g, err := sudoku.Parse(s)
	require.NoError(t, err)
	return g
}

// options stop by the rules, after so many steps at most.
func options(steps int) reread.Options {
	return reread.Options{Steps: steps, Accept: func(p reread.Puzzle, answer []int32) bool {
		return sudoku.Keeps(p.Tokens, answer)
	}}
}

// record is the trace of a puzzle, with a name that is up to no good.
func record(t *testing.T, puzzle string, steps int) *Trace {
	t.Helper()
	tr, err := Record(t.Context(), model(t), grid(t, puzzle), options(steps))
	require.NoError(t, err)
	tr.Model = hostile
	return tr
}

const hostile = `</script><!--<script>"'&{{.}}` + "\u2028\x00"

// A trace has what Think shows, and how that differs from what was before.
func TestRecord(t *testing.T) {
	const steps = 3
	m, got := model(t), record(t, hard, steps)
	require.Equal(t, []string{"z_H", "z_L"}, got.States)
	require.Equal(t, grid(t, hard), got.Puzzle.Grid())
	require.Len(t, got.Steps, steps)
	start := m.NewCarry(1)
	initial := [][]float32{start.State(0), start.State(1)}
	now, then := &before{grid(t, hard), initial}, &before{grid(t, hard), initial}
	updates := 0
	o := options(steps)
	o.Updates = true
	for s, err := range reread.Think(t.Context(), m, reread.Puzzle{Tokens: got.Puzzle[:]}, &o) {
		require.NoError(t, err)
		step := &got.Steps[s.N-1]
		if s.State != "" {
			u := &step.Updates[updates]
			updates++
			require.Equal(t, s.State, u.State)
			require.InDelta(t, now.change(s.States)[s.State], u.Change, 1e-6)
			now.check(t, s, &u.ReadOut)
			continue
		}
		require.Len(t, step.Updates, updates)
		require.Equal(t, s.N, step.N)
		require.Equal(t, s.Line, step.Line)
		require.Equal(t, s.Accepted, step.Accepted)
		require.InDeltaMapValues(t, then.change(s.States), step.Changes, 1e-6)
		then.check(t, s, &step.ReadOut)
		require.Equal(t, step.Updates[updates-1].Tokens, step.Tokens)
		updates = 0
	}
}

// before is what a moment is held against.
type before struct {
	grid   sudoku.Grid
	states [][]float32
}

func clone(states ...[]float32) (out [][]float32) {
	for _, z := range states {
		out = append(out, slices.Clone(z))
	}
	return out
}

func (b *before) change(states [][]float32) map[string]float64 {
	changes := map[string]float64{}
	for i, name := range []string{"z_H", "z_L"} {
		var d, n float64
		for j, v := range states[i] {
			d += math.Pow(float64(v)-float64(b.states[i][j]), 2)
			n += math.Pow(float64(v), 2)
		}
		changes[name] = math.Sqrt(d) / math.Sqrt(n)
	}
	return changes
}

// check compares a read-out, and is of that moment from then on.
func (b *before) check(t *testing.T, s *reread.Step, out *ReadOut) {
	t.Helper()
	require.Equal(t, s.Tokens, out.Tokens[:])
	require.Equal(t, s.Confidence, out.Confidence[:])
	require.Equal(t, s.Margin, out.Margin)
	changed := []int{}
	g := out.Tokens.Grid()
	for c, d := range g {
		if d != b.grid[c] {
			changed = append(changed, c)
		}
		sum := float32(0)
		for digit, p := range out.Candidates[c] {
			require.True(t, 1 <= digit && digit <= 9 && p >= Threshold)
			sum += p
		}
		require.InDelta(t, 1, sum, 9*Threshold)
		require.InDelta(t, s.Confidence[c], out.Candidates[c][int(d)], 0.00501)
	}
	require.Equal(t, changed, out.Changed)
	b.grid, b.states = g, clone(s.States...)
}

func TestRecordStopsByTheRules(t *testing.T) {
	tr := record(t, easy, 16)
	last := tr.Steps[len(tr.Steps)-1]
	require.Less(t, last.N, 16)
	require.True(t, last.Accepted)
	require.True(t, last.Tokens.Grid().Solves(grid(t, easy)))
	for _, s := range tr.Steps[:last.N-1] {
		require.False(t, s.Accepted)
	}
}

// TestRecordGuesses has lines of thought of a step each.
func TestRecordGuesses(t *testing.T) {
	o := options(1)
	o.Guess = &reread.Guess{Blank: 1, Lines: 3}
	tr, err := Record(t.Context(), model(t), grid(t, hard), o)
	require.NoError(t, err)
	require.Len(t, tr.Steps, 3)
	for i, s := range tr.Steps {
		require.Equal(t, i+1, s.N)
		require.Equal(t, i+1, s.Line)
	}
	require.Equal(t, "1 given", (&Trace{Puzzle: Tokens(slices.Insert(make([]int32, 80), 7, 2))}).givens())
	var page, animation bytes.Buffer
	require.NoError(t, tr.WriteHTML(&page))
	require.Contains(t, page.String(), `"line":3`)
	require.NoError(t, tr.WriteGIF(&animation))
}

func TestRecordFails(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Record(ctx, model(t), grid(t, hard), options(2))
	require.ErrorIs(t, err, context.Canceled)

	_, err = Record(t.Context(), model(t), grid(t, hard), options(-1))
	require.ErrorContains(t, err, "-1 supervision steps")

	cfg := trm.Maze()
	cfg.HiddenSize, cfg.NumHeads, cfg.PuzzleEmbNDim, cfg.PuzzleEmbLen = 8, 1, 0, 0
	maze, err := trm.New(cfg, rand.New(rand.NewPCG(1, 2)))
	require.NoError(t, err)
	_, err = Record(t.Context(), maze, grid(t, hard), options(2))
	require.ErrorContains(t, err, "900 cells and 6 tokens is not for Sudokus")

	m := model(t)
	m.Params().Data()[0] = float32(math.NaN())
	require.NoError(t, m.Pack(nn.FP32, false))
	_, err = Record(t.Context(), m, grid(t, hard), options(2))
	require.ErrorContains(t, err, "step 1: the model's numbers are not finite")
}
