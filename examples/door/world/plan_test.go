package world

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPlanTokens(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 20 {
		var p Plan
		for i := range Cells {
			p.Before[i], p.After[i] = Direction(rng.IntN(directions)), Direction(rng.IntN(directions))
		}
		back, err := PlanOf(p.AppendTokens(nil))
		require.NoError(t, err)
		require.Equal(t, p, back)
	}
	p := Plan{Before: [Cells]Direction{1: Left}, After: [Cells]Direction{1: Up, 2: Left}}
	require.Equal(t, []int32{0, 21, 4, 0}, p.AppendTokens(nil)[:4])
}

func TestPlanOfErrors(t *testing.T) {
	blank := make([]int32, Cells)
	for says, tokens := range map[string][]int32{
		"50 tokens, want 49":         append(blank, 0),
		"token 25 in cell 1, want 0": append([]int32{0, 25}, blank[2:]...),
		"token -1 in cell 0, want 0": append([]int32{-1}, blank[1:]...),
	} {
		_, err := PlanOf(tokens)
		require.ErrorContains(t, err, says)
	}
}
