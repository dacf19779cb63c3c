package train

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"
)

// Callbacks returns one function for [RunOptions] that calls several in turn,
// up to the first error.
func Callbacks(fs ...func(*Report) error) func(*Report) error {
	return func(r *Report) error {
		for _, f := range fs {
			if err := f(r); err != nil {
				return err
			}
		}
		return nil
	}
}

// How often [NewProgress] writes.
const (
	redrawEvery = 200 * time.Millisecond
	lineEvery   = 10 * time.Second
)

// NewProgress returns a function for [RunOptions] that writes how far a run
// is: on a terminal one line that is drawn anew, elsewhere a line every ten
// seconds. On a terminal the line stays open until the run's last step. Loss
// and accuracy are averages that forget with time.
func NewProgress(w io.Writer, terminal bool) func(*Report) error {
	every, format := lineEvery, "%s\n"
	if terminal {
		every, format = redrawEvery, "\r%s\x1b[K" // erase what is left of a longer line
	}
	var recent fading
	next := time.Duration(0)
	return func(r *Report) error {
		recent.add(r)
		last := r.Step >= r.Steps
		if r.Elapsed < next && !last {
			return nil
		}
		next = r.Elapsed + every
		if _, err := fmt.Fprintf(w, format, progressLine(r, &recent)); err != nil {
			return fmt.Errorf("train: progress: %w", err)
		}
		if last && terminal {
			if _, err := fmt.Fprintln(w); err != nil {
				return fmt.Errorf("train: progress: %w", err)
			}
		}
		return nil
	}
}

func progressLine(r *Report, recent *fading) string {
	speed := float64(r.StepsRun) / max(r.Elapsed.Seconds(), 1e-9)
	left := float64(r.Steps-r.Step) / speed * float64(time.Second)
	return fmt.Sprintf("step %d/%d  %.3g steps/s  %s<%s  lm_loss %.4f  exact_accuracy %.4f",
		r.Step, r.Steps, speed, clock(r.Elapsed), clock(time.Duration(min(left, math.MaxInt64/2))),
		recent.loss/recent.weight, recent.exact/max(recent.halted, 1))
}

// clock writes a time as hours, minutes and seconds.
func clock(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	if s < 3600 {
		return fmt.Sprintf("%02d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// fading averages over about the last hundred steps: a single step has few
// halted rows, or none.
type fading struct {
	weight, loss  float64 // steps, and their losses per row
	halted, exact float64 // halted rows, and those that were right
}

func (f *fading) add(r *Report) {
	const keep = 0.99
	f.weight = keep*f.weight + 1
	f.loss = keep*f.loss + r.Metrics.LMLoss/float64(r.BatchSize)
	f.halted = keep*f.halted + r.Metrics.Count
	f.exact = keep*f.exact + r.Metrics.ExactAccuracy
}

// NewJSONLines returns a function for [RunOptions] that writes a JSON object
// on a line of its own after every so many steps, and after the last: the
// step, the seconds since the run's start and the metrics, averaged over the
// steps since the line before. Each line is written by one call.
func NewJSONLines(w io.Writer, every uint64) func(*Report) error {
	var since window
	return func(r *Report) error {
		since.add(r)
		if r.Step%max(every, 1) != 0 && r.Step < r.Steps {
			return nil
		}
		line := fmt.Appendf(nil, `{"step":%d,"elapsed":%.3f`, r.Step, r.Elapsed.Seconds())
		for _, v := range since.values(r) {
			number, err := json.Marshal(v.Value)
			if err != nil {
				return fmt.Errorf("train: log: %s: %w", v.Name, err)
			}
			line = fmt.Appendf(line, ",%q:%s", v.Name, number)
		}
		since = window{}
		if _, err := w.Write(append(line, "}\n"...)); err != nil {
			return fmt.Errorf("train: log: %w", err)
		}
		return nil
	}
}

// window sums the reports of a few steps.
type window struct {
	steps    int
	sum      Metrics
	gradNorm float64
}

func (w *window) add(r *Report) {
	w.steps++
	w.sum.add(&r.Metrics)
	w.gradNorm += r.GradNorm
}

// values returns the averages over the window, which ends at the report last.
func (w *window) values(last *Report) []Value {
	n := float64(w.steps)
	mean := *last
	mean.Metrics, mean.BatchSize, mean.GradNorm = w.sum, w.steps*last.BatchSize, w.gradNorm/n
	values := mean.Values()
	for i := range values {
		if values[i].Name == "train/count" { // the only one that Values does not divide
			values[i].Value /= n
		}
	}
	return values
}
