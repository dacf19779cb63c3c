package train

import (
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
// is. With a nil width it writes a line every ten seconds. Else w is a terminal
// and width returns its present number of columns: one line is drawn anew, and
// stays open until the run's last step; what does not fit is left out. Loss and
// accuracy are averages that forget with time.
func NewProgress(w io.Writer, width func() int) func(*Report) error {
	terminal := width != nil
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
		columns := math.MaxInt
		if terminal {
			columns = width() - 1 // a terminal breaks the line after the last one
		}
		if _, err := fmt.Fprintf(w, format, progressLine(r, &recent, columns)); err != nil {
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

// progressLine returns as many parts of the line as fit, the first in any case.
func progressLine(r *Report, recent *fading, columns int) string {
	speed := float64(r.StepsRun) / max(r.Elapsed.Seconds(), 1e-9)
	left := float64(r.Steps-r.Step) / speed * float64(time.Second)
	line := fmt.Sprintf("step %d/%d", r.Step, r.Steps)
	for _, part := range []string{
		fmt.Sprintf("%s<%s", clock(r.Elapsed), clock(time.Duration(min(left, math.MaxInt64/2)))),
		fmt.Sprintf("loss %.4f", recent.loss/recent.weight),
		fmt.Sprintf("exact %.4f", recent.exact/max(recent.halted, 1)),
		fmt.Sprintf("%.3g steps/s", speed),
	} {
		if len(line)+2+len(part) > columns {
			break
		}
		line += "  " + part
	}
	return line
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
