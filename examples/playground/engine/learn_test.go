package engine

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestLearn has a network learn to solve what it has not seen.
func TestLearn(t *testing.T) {
	events, err := do(t, Request{Task: "learn"})
	require.NoError(t, err)
	require.Equal(t, event{"network", networkEvent{Weights: 882, Steps: 240, Held: 100}}, events[0])
	var losses []lossEvent
	var answers []answersEvent
	for _, e := range events[1:] {
		switch data := e.data.(type) {
		case lossEvent:
			losses = append(losses, data)
		case answersEvent:
			answers = append(answers, data)
		}
	}
	require.Len(t, losses, 240)
	require.Greater(t, losses[0].Loss, 1.0)
	require.Less(t, losses[239].Loss, 0.1)
	require.Len(t, answers, 15)
	require.Less(t, answers[0].Right, 20)
	last := answers[14]
	require.Equal(t, uint64(240), last.Step)
	require.GreaterOrEqual(t, last.Right, 95)
	require.Len(t, last.Boards, 6)
	for _, b := range last.Boards {
		require.Len(t, b.Chances, len(b.Answer))
		require.Len(t, b.Solution, len(b.Question))
	}
}

func TestSmallPuzzles(t *testing.T) {
	learned, held := splitGrids()
	require.Len(t, learned.all, 288)
	require.Len(t, held.some, 32)
	seen := make(map[smallGrid]bool)
	for _, g := range learned.some {
		seen[g] = true
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		p := held.puzzle(rng)
		require.False(t, seen[p.solution])
		require.True(t, p.solution.extends(&p.question))
		require.True(t, held.unique(&p.question))
		for i, d := range p.question {
			less := p.question
			less[i] = 0
			require.True(t, d == 0 || !held.unique(&less), "a given too many")
		}
		require.GreaterOrEqual(t, strings.Count(p.question.String(), "."), 10)
	}
}

func TestStoppingToLearn(t *testing.T) {
	e, err := New()
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	steps := 0
	err = e.Do(ctx, Request{Task: "learn"}, func(name string, _ any) error {
		if name == "loss" {
			steps++
			cancel()
		}
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 1, steps)
}
