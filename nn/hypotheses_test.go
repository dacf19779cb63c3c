package nn_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

// Hypotheses change the state that is read, of their row, in the cells that are in
// doubt, and as often as these are.
func TestAddHypotheses(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			m := newModel(t, v, asIs)
			a := m.Arch()
			g := newGroup(m, 0, 1, 2)
			inputs := g.Inputs[a.SeqLen : 2*a.SeqLen]
			logits := make([]float32, a.SeqLen*a.VocabSize)
			for cell := range a.SeqLen / 2 { // the others are in doubt
				logits[cell*a.VocabSize+1] = 1e9 // that many times as likely even by stablemax
			}
			before := m.NewCarry(3)
			copyCarry(m, &before, &g.Carry)
			rng := rand.New(rand.NewPCG(5, 6))
			const draws = 500
			changes := 0
			for range draws {
				copyCarry(m, &g.Carry, &before)
				m.AddHypotheses(&g.Carry, 1, 0.5, inputs, logits, rng)
				changes += checkHypotheses(t, m, &before, &g.Carry)
			}
			// A cell whose V tokens are alike is right with 1/V. The drawn token may
			// be the input, or have no part in the state.
			most := 0.1 * (1 - 1/float64(a.VocabSize)) * float64(a.SeqLen/2*draws)
			require.Less(t, float64(changes), 1.2*most)
			require.Greater(t, float64(changes), 0.4*most)

			require.Zero(t, testing.AllocsPerRun(20, func() { m.AddHypotheses(&g.Carry, 1, 0.5, inputs, logits, rng) }))
		})
	}
}

// checkHypotheses checks where a carry of three rows differs from what it was, and
// returns in how many cells.
func checkHypotheses(t *testing.T, m *nn.Model, before, after *nn.Carry) int {
	a, d := m.Arch(), m.Arch().HiddenSize
	cells := map[int]bool{}
	for i := range m.States() {
		was, is := before.State(i), after.State(i)
		if i > 0 {
			require.True(t, slices.Equal(was, is), "state %d", i)
			continue
		}
		for p := range len(is) / d {
			if slices.Equal(was[p*d:(p+1)*d], is[p*d:(p+1)*d]) {
				continue
			}
			require.Equal(t, 1, p/a.Positions(), "row of the batch")
			cell := p%a.Positions() - a.Prefix()
			if a.Values > 0 {
				cell = p % a.Positions() % a.SeqLen
			}
			require.GreaterOrEqual(t, cell, a.SeqLen/2, "a cell without doubt")
			cells[cell] = true
		}
	}
	return len(cells)
}
