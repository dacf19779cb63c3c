package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

func newRNG(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 2)) }

// sum tells rows of tokens apart.
func sum(tokens []int32) string { return fmt.Sprint(tokens) }

func play(t *testing.T, args ...string) []*outcome {
	t.Helper()
	f, err := parse(args, nil)
	require.NoError(t, err)
	p, err := openPuzzles(t.Context(), f)
	require.NoError(t, err)
	defer p.Close()
	all, err := (&match{f, p, io.Discard}).playAll(t.Context())
	require.NoError(t, err)
	return all
}

// The same seed gives the same weights and puzzles, whatever the workers, and
// another seed others.
func TestDeterminism(t *testing.T) {
	args := []string{"-gflop", "1.5", "-puzzles", "40", "-held-out", "8", "-workers"}
	one, three := play(t, append(args, "1")...), play(t, append(args, "3")...)
	other := play(t, append(args, "1", "-seed", "2")...)
	require.Len(t, one, len(contenders))
	for i, o := range one {
		require.Equal(t, o.result.Settings(), three[i].result.Settings(), o.name)
		require.Equal(t, o.curve, three[i].curve)
		require.NotEqual(t, o.result.Settings().Model, other[i].result.Settings().Model)
		require.NotEqual(t, o.result.Settings().Set, other[i].result.Settings().Set)
		for _, before := range one[:i] {
			require.NotEqual(t, before.result.Settings().Model, o.result.Settings().Model)
		}
	}
}

// Every contender uses up what it may but for less than a step.
func TestEqualCompute(t *testing.T) {
	for _, size := range []string{"4", "9"} {
		f, err := parse([]string{"-size", size}, nil)
		require.NoError(t, err)
		for _, c := range contenders {
			_, work, err := c.build(f.boxes, f.channels)
			require.NoError(t, err)
			steps := (&match{f: f}).steps(work)
			require.LessOrEqual(t, gflop(work, steps), f.gflop)
			require.Greater(t, gflop(work, steps+1), f.gflop)
			require.Greater(t, steps, uint64(150), "%s learns something of %s cells", c.name, size)
		}
	}
	for _, o := range play(t, "-gflop", "2", "-puzzles", "40", "-held-out", "8", "-contenders", "one-pass,hrm") {
		require.InDelta(t, 2, gflop(o.work, o.steps), gflop(o.work, 1), "steps that were done")
		require.Equal(t, gflop(o.work, o.steps), o.curve[len(o.curve)-1].gflop)
	}
}

// The sizes that a pair's description promises.
func TestParameters(t *testing.T) {
	parameters := map[string]int{}
	for _, c := range contenders {
		d, _, err := c.build(sizes[4].boxes, sizes[4].channels)
		require.NoError(t, err)
		m, err := nn.New(d, newRNG(1))
		require.NoError(t, err)
		parameters[c.name] = m.Params().Count()
	}
	require.Equal(t, parameters["trm-attention"], parameters["one-pass"])
	require.Equal(t, parameters["trm-groups"], parameters["one-pass-groups"])
	require.Equal(t, parameters["trm-groups-two"], parameters["hrm-groups"])
	for _, p := range pairs {
		require.Contains(t, parameters, p[0])
		require.Contains(t, parameters, p[1])
	}
}

// A tenth of the usual work is enough for one contender to learn.
func TestLearns(t *testing.T) {
	o := play(t, "-gflop", "20", "-held-out", "100", "-contenders", "trm-groups")[0]
	require.Greater(t, lastAnswer(o.result).Right, int64(50))
	require.Less(t, o.curve[0].score.Right, int64(50))
}
