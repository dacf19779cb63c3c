package eval

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// WriteText writes the report as tables for people to read, in one call.
func (r *Report) WriteText(w io.Writer) error {
	var out bytes.Buffer
	t := tabwriter.NewWriter(&out, 0, 0, 3, ' ', tabwriter.AlignRight)
	r.writeSummary(t)
	r.writeTotals(t)
	r.writeGuessed(t)
	r.writeRollouts(t)
	r.writeSteps(t)
	r.writeRanges(t, "rating", r.ByRating)
	r.writeRanges(t, "givens", r.ByGivens)
	r.writeHalting(t)
	return flush(w, t, &out)
}

// flush passes on what was written to a table in memory, where no write fails.
func flush(w io.Writer, t *tabwriter.Writer, table *bytes.Buffer) error {
	t.Flush()
	if _, err := w.Write(table.Bytes()); err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	return nil
}

func (r *Report) writeSummary(w io.Writer) {
	if n := int64(r.Settings.Rows); r.Puzzles < n {
		fmt.Fprintf(w, "puzzles\t%d of %d\t\n", r.Puzzles, n)
	} else {
		fmt.Fprintf(w, "puzzles\t%d\t\n", r.Puzzles)
	}
	fmt.Fprintf(w, "cells\t%s\t\n", percent(r.Cell))
	fmt.Fprintf(w, "seconds\t%.1f\t\n", r.Seconds)
	fmt.Fprintf(w, "ms a puzzle\t%.1f\t\n", 1000*r.Seconds/float64(max(r.Puzzles, 1)))
}

func (r *Report) writeTotals(w io.Writer) {
	fmt.Fprint(w, "\nanswer\tmean steps\texact\t95% interval\tClopper-Pearson\t\n")
	for _, a := range r.Answers {
		fmt.Fprintf(w, "%s\t%.1f\t%s\t%s\t%s\t\n", a.Answer, a.MeanSteps, percent(a.Exact), between(a.Wilson), between(a.ClopperPearson))
	}
}

func (r *Report) writeGuessed(w io.Writer) {
	if g := r.Guessed; g != nil {
		fmt.Fprint(w, "\nanswer\tmean steps\texact\t95% interval\tmean lines\tfound\twrong\tseconds\t\n")
		fmt.Fprintf(w, "guessed\t%.1f\t%s\t%s\t%.1f\t%d\t%d\t%.1f\t\n", g.MeanSteps, percent(g.Exact), between(g.Wilson), g.MeanLines, g.Found, g.FoundWrong, g.Seconds)
	}
}

func (r *Report) writeRollouts(w io.Writer) {
	if len(r.Rollouts) == 0 {
		return
	}
	fmt.Fprint(w, "\nlines\tanswer\tmean steps\texact\t95% interval\tmean lines\tstopped\twrong\t\n")
	for _, l := range r.Rollouts {
		for _, a := range l.Answers {
			fmt.Fprintf(w, "%d\t%s\t%.1f\t%s\t%s\t%.1f\t%d\t%d\t\n", l.Lines, a.Answer, a.MeanSteps, percent(a.Exact), between(a.Wilson), a.MeanLines, a.Found, a.FoundWrong)
		}
	}
}

// writeSteps writes the shares by number of steps, at powers of two and the last.
func (r *Report) writeSteps(w io.Writer) {
	fmt.Fprint(w, "\nsteps\tcells\t")
	r.writeAnswerNames(w)
	for i, s := range r.ByStep {
		if s.Step&(s.Step-1) != 0 && i < len(r.ByStep)-1 {
			continue
		}
		fmt.Fprintf(w, "%d\t%s\t", s.Step, percent(s.Cell))
		s.writeAnswers(w)
	}
}

// writeRanges writes the shares by range, unless all puzzles are in one.
func (r *Report) writeRanges(w io.Writer, of string, ranges []RangeScore) {
	ranges = slices.DeleteFunc(slices.Clone(ranges), func(s RangeScore) bool { return s.Puzzles == 0 })
	if len(ranges) < 2 {
		return
	}
	fmt.Fprintf(w, "\n%s\tpuzzles\t", of)
	r.writeAnswerNames(w)
	for _, s := range ranges {
		fmt.Fprintf(w, "%s\t%d\t", s.Range, s.Puzzles)
		s.writeAnswers(w)
	}
}

// writeAnswerNames and writeAnswers end a line of a table that has the answers
// side by side.
func (s *Score) writeAnswerNames(w io.Writer) {
	for _, a := range s.Answers {
		fmt.Fprintf(w, "%s\t95%% interval\t", a.Answer)
	}
	fmt.Fprintln(w)
}

func (s *Score) writeAnswers(w io.Writer) {
	for _, a := range s.Answers {
		fmt.Fprint(w, cellOf(a.Share, s.Puzzles))
	}
	fmt.Fprintln(w)
}

func (r *Report) writeHalting(w io.Writer) {
	h := &r.Halting
	fmt.Fprintf(w, "\nnever halted\t%d\t\n", h.Never)
	fmt.Fprintf(w, "halted wrong\t%d\t\n", h.HaltedWrong)
	fmt.Fprintf(w, "never right\t%d\t\n", h.NeverRight)
	fmt.Fprintf(w, "right, then lost\t%d\t\n", h.Lost)
	if h.AUC != nil {
		fmt.Fprintf(w, "area under ROC\t%.3f\t\n", *h.AUC)
	}
	fmt.Fprint(w, "\nmargin\tpuzzles\tright\t95% interval\t\n")
	for _, m := range h.Calibration {
		fmt.Fprintf(w, "%s\t%d\t%s\n", m.name(), m.Puzzles, cellOf(m.Share, m.Puzzles))
	}
}

func (m *MarginRange) name() string {
	switch {
	case m.Above == nil:
		return fmt.Sprintf("up to %g", *m.UpTo)
	case m.UpTo == nil:
		return fmt.Sprintf("above %g", *m.Above)
	default:
		return fmt.Sprintf("%g to %g", *m.Above, *m.UpTo)
	}
}

// WriteText writes the comparison as a table for people to read, the results
// by name, and the verdict below it.
func (c *Comparison) WriteText(w io.Writer, a, b string) error {
	var out bytes.Buffer
	t := tabwriter.NewWriter(&out, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "\texact\talone\t95%% interval\t\n")
	for _, r := range []struct {
		name string
		only int64
	}{{a, c.OnlyA}, {b, c.OnlyB}} {
		right := c.Both + r.only
		fmt.Fprintf(t, "%s\t%s\t%d\t%s\t\n", r.name, percent(ratio(right, c.Puzzles)), r.only, between(Wilson(right, c.Puzzles)))
	}
	fmt.Fprintf(t, "difference\t%s\t\t%s\t\n", percent(c.Difference), between(c.Interval))
	fmt.Fprintf(t, "\n%s\n", c.Verdict(a, b))
	return flush(w, t, &out)
}

// cellOf writes a share and its interval as two columns.
func cellOf(s Share, n int64) string {
	if n == 0 {
		return "-\t-\t"
	}
	return percent(s.Exact) + "\t" + between(s.Wilson) + "\t"
}

func percent(share float64) string { return fmt.Sprintf("%.2f%%", 100*share) }

func between(i Interval) string { return fmt.Sprintf("%.2f to %.2f%%", 100*i.Low, 100*i.High) }
