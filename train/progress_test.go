package train

import (
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
	show := NewProgress(&out, nil)
	for step, elapsed := range []time.Duration{1, 5, 12, 13} {
		require.NoError(t, show(reportAt(uint64(step+1), elapsed*time.Second)))
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 3, "the first, ten seconds later, the last")
	require.Equal(t, "step 1/4  00:01<00:03  loss 1.0000  exact 0.5000  1 steps/s", lines[0])
	require.Contains(t, lines[1], "step 3/4  00:12<00:04  ")
	require.Contains(t, lines[2], "step 4/4  ")
	require.NotContains(t, out.String(), "\x1b")
}

func columns(n int) func() int { return func() int { return n } }

func TestProgressFitsTerminal(t *testing.T) {
	report := reportAt(10, 14*time.Minute)
	report.Steps = 25000
	for width, want := range map[int]string{
		80: "step 10/25000  14:00<583:06:00  loss 10.0000  exact 0.5000  0.0119 steps/s",
		75: "step 10/25000  14:00<583:06:00  loss 10.0000  exact 0.5000  0.0119 steps/s",
		74: "step 10/25000  14:00<583:06:00  loss 10.0000  exact 0.5000",
		40: "step 10/25000  14:00<583:06:00",
		9:  "step 10/25000",
		0:  "step 10/25000",
	} {
		var out strings.Builder
		require.NoError(t, NewProgress(&out, columns(width))(report))
		require.Equal(t, "\r"+want+"\x1b[K", out.String(), width)
	}
}

func TestProgressOnTerminal(t *testing.T) {
	var out strings.Builder
	show := NewProgress(&out, columns(80))
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

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

func TestProgressReturnsWriteErrors(t *testing.T) {
	broken := brokenWriter{errors.New("disk full")}
	for _, f := range []func(*Report) error{
		NewProgress(broken, columns(80)), NewProgress(broken, nil), NewLog(broken, 1).OnStep,
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
