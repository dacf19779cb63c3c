package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/rereadml/reread/internal/atomicfile"
	"github.com/rereadml/reread/train/eval"
)

// table is a table in Markdown, the first columns of which hold words and the
// others numbers.
type table struct {
	words int
	rows  [][]string // the first is the head
}

func (t *table) add(row ...string) { t.rows = append(t.rows, row) }

func (t *table) write(w io.Writer) error {
	var b strings.Builder
	for i, row := range t.rows {
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
		if i == 0 {
			b.WriteString("|" + strings.Repeat("---|", t.words) + strings.Repeat("---:|", len(row)-t.words) + "\n")
		}
	}
	_, err := io.WriteString(w, b.String()+"\n")
	return err
}

// writeOutcomes writes what all contenders came to, and which pairs differ. The
// operations are those of a puzzle-step, a supervision step of one puzzle.
func writeOutcomes(w io.Writer, m *match, all []*outcome) error {
	fmt.Fprintf(w, "%d x %d Sudokus, %d to learn from, %d held out; %v GFLOP of training each, seed %d.\n\n",
		m.f.boxes.Side(), m.f.boxes.Side(), m.puzzles.training.Len(), m.puzzles.heldOut.Len(), m.f.gflop, m.f.seed)
	t := table{words: 2}
	t.add("contender", "model", "parameters", "MFLOP, forward", "MFLOP, training", "training steps", "training GFLOP", "solved", "95 % interval", "ms a puzzle")
	for _, o := range all {
		r := o.result.Report()
		score := lastAnswer(o.result)
		t.add(o.name, o.what, strconv.Itoa(o.parameters),
			decimal(o.work.Forward/1e6, 2), decimal(o.work.Training/1e6, 2),
			strconv.FormatUint(o.steps, 10), decimal(gflop(o.work, o.steps), 1),
			percent(score.Exact), percent(score.Wilson.Low)+" to "+percent(score.Wilson.High),
			decimal(1000*r.Seconds/float64(r.Puzzles), 2))
	}
	if err := t.write(w); err != nil {
		return err
	}
	return writeVerdicts(w, all)
}

// writeVerdicts says of the pairs that took part whether they differ, by the puzzles
// that only one of the two solves.
func writeVerdicts(w io.Writer, all []*outcome) error {
	by := map[string]*outcome{}
	for _, o := range all {
		by[o.name] = o
	}
	var text strings.Builder
	for _, p := range pairs {
		a, b := by[p[0]], by[p[1]]
		if a == nil || b == nil {
			continue
		}
		c, err := eval.Compare(a.result, b.result, eval.Last)
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "- %s\n", c.Verdict(a.name, b.name))
	}
	if text.Len() == 0 {
		return nil
	}
	_, err := io.WriteString(w, text.String()+"\n")
	return err
}

// storeCurves writes the curves as a table that examples/curves draws; to no file if
// there is no name.
func storeCurves(file string, all []*outcome) error {
	if file == "" {
		return nil
	}
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	rows := [][]string{{"curve", "GFLOP of training", "exact %", "at least %", "at most %"}}
	for _, o := range all {
		for _, p := range o.curve {
			rows = append(rows, []string{o.name, decimal(p.gflop, 3),
				decimal(100*p.score.Exact, 3), decimal(100*p.score.Wilson.Low, 3), decimal(100*p.score.Wilson.High, 3)})
		}
	}
	if err := out.WriteAll(rows); err != nil {
		return err
	}
	return atomicfile.WriteBytes(file, b.Bytes())
}

func decimal(v float64, places int) string { return strconv.FormatFloat(v, 'f', places, 64) }

func percent(share float64) string { return decimal(100*share, 1) + " %" }
