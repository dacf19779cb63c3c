package think

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

func newModel(t *testing.T) *nn.Model {
	t.Helper()
	arch := nn.Arch{
		SeqLen: 6, VocabSize: 4, NumPuzzleIdentifiers: 3, PuzzleEmbNDim: 4,
		HiddenSize: 8, Expansion: 2, NumHeads: 2, HLayers: 1, LLayers: 1, HCycles: 1, LCycles: 1,
		PosEncodings: nn.PosRoPE, HaltMaxSteps: 2,
	}
	m, err := trm.New(trm.Config{Arch: arch}, rand.New(rand.NewPCG(1, 2)))
	require.NoError(t, err)
	return m
}

// A worker with several puzzles leaves one that begins a line of thought to a worker
// with none, as it is, and keeps its last.
func TestSpareTask(t *testing.T) {
	m := newModel(t)
	busy, tasks := newSeat(m, Noise{Size: 1}, 3, 1), newSupply(3)
	for i := range 3 {
		inputs := []int32{int32(i), 1, 2, 3, 0, 1}
		require.NoError(t, tasks.add(t.Context(), task{row{index: i, line: 1, digest: uint64(i), data: i}, inputs, int32(i)}))
	}
	tasks.end()
	require.Equal(t, 3, busy.fill(t.Context(), 0, 3, tasks))
	given := make(chan task)
	wait := func() {
		t, _ := tasks.next(context.Background(), true)
		given <- t
	}

	// The puzzles are visited again and again, until the other worker waits.
	visit := func(v *View) (Next, error) {
		v.Inputs[5] = 3
		return Rollout, nil
	}
	for live := 3; live > 1; {
		go wait()
		for before := live; live == before; {
			busy.group.N = live
			require.NoError(t, busy.net.Step(busy.group))
			var err error
			live, err = busy.visitAll(live, tasks, visit)
			require.NoError(t, err)
		}
		got := <-given
		i := got.data.(int)
		require.Equal(t, task{
			row{index: i, step: got.step, line: got.step + 1, begun: got.step, digest: uint64(i), data: i},
			[]int32{int32(i), 1, 2, 3, 0, 3}, int32(i),
		}, got)
	}
	go wait()
	for range 50 {
		live, err := busy.visitAll(1, tasks, visit)
		require.NoError(t, err)
		require.Equal(t, 1, live)
	}
	for range 3 {
		require.ErrorIs(t, tasks.err(canceled()), context.Canceled)
		tasks.done()
	}
	require.Zero(t, (<-given).line, "nothing is left to wait for")
	require.NoError(t, tasks.err(canceled()))
}

func canceled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}
