package train

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func reportAt(step uint64, elapsed time.Duration) *Report {
	return &Report{
		Step: step, Steps: 4, StepsRun: step, BatchSize: 10, Elapsed: elapsed, GradNorm: float64(step),
		Metrics: Metrics{LMLoss: float64(10 * step), Count: 2, ExactAccuracy: 1},
	}
}

func TestProgressLines(t *testing.T) {
	var out strings.Builder
	show := NewProgress(&out, false)
	for step, elapsed := range []time.Duration{1, 5, 12, 13} {
		require.NoError(t, show(reportAt(uint64(step+1), elapsed*time.Second)))
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 3, "the first, ten seconds later, the last")
	require.Equal(t, "step 1/4  1 steps/s  00:01<00:03  lm_loss 1.0000  exact_accuracy 0.5000", lines[0])
	require.Contains(t, lines[1], "step 3/4  0.25 steps/s  00:12<00:04  ")
	require.Contains(t, lines[2], "step 4/4  ")
	require.NotContains(t, out.String(), "\x1b")
}

func TestProgressOnTerminal(t *testing.T) {
	var out strings.Builder
	show := NewProgress(&out, true)
	require.NoError(t, show(reportAt(1, time.Second)))
	require.NoError(t, show(reportAt(2, time.Second+redrawEvery/2)))
	require.NotContains(t, out.String(), "\n")
	require.Equal(t, 1, strings.Count(out.String(), "\r"), "not drawn too often")
	require.NoError(t, show(reportAt(4, 2*time.Second)))
	require.True(t, strings.HasSuffix(out.String(), "\x1b[K\n"))
}

func TestClock(t *testing.T) {
	require.Equal(t, "00:00", clock(0))
	require.Equal(t, "59:59", clock(time.Hour-time.Second))
	require.Equal(t, "26:03:04", clock(26*time.Hour+3*time.Minute+4*time.Second))
}

func TestJSONLines(t *testing.T) {
	var out strings.Builder
	log := NewJSONLines(&out, 3)
	for step := uint64(1); step <= 4; step++ {
		require.NoError(t, log(reportAt(step, time.Duration(step)*time.Second)))
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 2, "after three steps, and after the last")
	var first, second map[string]float64
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &first))
	require.NoError(t, json.Unmarshal([]byte(lines[1]), &second))
	for name, want := range map[string]float64{
		"step": 3, "elapsed": 3, "train/lm_loss": 2, "train/exact_accuracy": 0.5, "train/count": 2, "train/grad_norm": 2,
	} {
		require.Contains(t, first, name)
		require.InDelta(t, want, first[name], 1e-12, name)
	}
	require.InDelta(t, 4, second["train/lm_loss"], 1e-12, "averages start anew")
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

func TestProgressReturnsWriteErrors(t *testing.T) {
	broken := brokenWriter{errors.New("disk full")}
	for _, f := range []func(*Report) error{
		NewProgress(broken, true), NewProgress(broken, false), NewJSONLines(broken, 1),
	} {
		require.ErrorIs(t, f(reportAt(1, time.Second)), broken.err)
	}
}

func TestCallbacks(t *testing.T) {
	var calls []string
	stop := errors.New("stop")
	f := Callbacks(
		func(*Report) error { calls = append(calls, "a"); return nil },
		func(*Report) error { calls = append(calls, "b"); return stop },
		func(*Report) error { calls = append(calls, "c"); return nil },
	)
	require.ErrorIs(t, f(nil), stop)
	require.Equal(t, []string{"a", "b"}, calls)
}
