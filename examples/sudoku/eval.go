package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"text/tabwriter"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
)

const evalUsage = `usage: sudoku eval -data PATH [FLAGS]

Measures how many puzzles the model solves, by supervision step and by rating:
the guesses that a search program needs. PATH is a CSV file or one split of a
data set folder, such as DATASET/test, which has no ratings.
`

func (p *program) eval(ctx context.Context, args []string) error {
	fs := p.flags("eval", evalUsage)
	file := fs.String("data", "", "`path` of the puzzles: a CSV file, plain or gzip, or a data set folder")
	n := fs.Int("n", 0, "number of puzzles, spread over all of them (default all)")
	steps := fs.Int("steps", 16, "supervision steps")
	weights := fs.String("weights", "", "`file` of the model (default the small model in this program)")
	asJSON := fs.Bool("json", false, "write one JSON object")
	precision := fs.String("precision", string(nn.FP32), precisionUsage)
	halt := fs.Bool("halt", false, "let the model stop early, puzzle by puzzle")
	if _, err := p.parse(fs, args, 0); err != nil {
		return err
	}
	if *file == "" {
		return badInput("eval: -data is missing")
	}
	if *n < 0 || *steps < 1 {
		return badInput("eval: -n must not be negative and -steps must be at least 1")
	}
	set, err := sudoku.Open(*file)
	if err != nil {
		return &inputError{err}
	}
	defer set.Close()
	puzzles := data.Spread(set.Examples(), *n)
	m, err := loadModelAt(*weights, *precision)
	if err != nil {
		return err
	}
	counter := newCounter(p.stderr, "took up", puzzles.Len())
	e, err := train.Evaluate(ctx, m, countedRows{puzzles, counter}, train.EvalOptions{Steps: *steps, Halt: *halt})
	counter.done()
	if err != nil {
		return err
	}
	report := &evalReport{e, byRating(puzzles, e.Outcomes)}
	if *asJSON {
		enc := json.NewEncoder(p.stdout)
		enc.SetEscapeHTML(false) // the rating ">50" is to stay readable
		return enc.Encode(report)
	}
	return report.write(p.stdout)
}

// countedRows counts the puzzles that are looked at.
type countedRows struct {
	data.Rows
	counter *counter
}

func (r countedRows) Row(i int, rng *rand.Rand, inputs, labels []int32) (int32, error) {
	r.counter.add()
	return r.Rows.Row(i, rng, inputs, labels)
}

// evalReport is the output of eval and its JSON form.
type evalReport struct {
	*train.Evaluation
	ByRating []ratingAccuracy `json:"by_rating"`
}

// ratingAccuracy is the accuracy on the puzzles of a range of ratings.
type ratingAccuracy struct {
	Rating  string  `json:"rating"`
	Puzzles int     `json:"puzzles"`
	Exact   float64 `json:"exact"`
}

// unrated is the range of the puzzles without a rating, shown where there are any.
const unrated = "unknown"

// ratings are the ranges, each up to most.
var ratings = []struct {
	name string
	most int
}{{unrated, data.Unrated}, {"0", 0}, {"1-2", 2}, {"3-10", 10}, {"11-50", 50}, {">50", math.MaxInt}}

func byRating(puzzles data.Rows, outcomes []train.Outcome) []ratingAccuracy {
	out := make([]ratingAccuracy, len(ratings))
	for i, o := range outcomes {
		r := 0
		for data.Rating(puzzles, i) > ratings[r].most {
			r++
		}
		out[r].Puzzles++
		if o.Exact {
			out[r].Exact++
		}
	}
	for r := range out {
		out[r].Rating = ratings[r].name
		out[r].Exact /= float64(max(out[r].Puzzles, 1))
	}
	if out[0].Puzzles == 0 {
		return out[1:]
	}
	return out
}

func (r *evalReport) write(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "puzzles\t%d\t\t\n", r.Puzzles)
	fmt.Fprintf(w, "exact\t%s\t%s\t\n", percent(r.Exact), interval(r.Exact, r.Puzzles))
	fmt.Fprintf(w, "cells\t%s\t\t\n", percent(r.Cell))
	fmt.Fprintf(w, "mean steps\t%.1f\t\t\n", r.MeanSteps)
	fmt.Fprintf(w, "seconds\t%.1f\t\t\n", r.Seconds)
	fmt.Fprint(w, "\nstep\texact\tcells\t\n")
	for _, s := range r.ByStep {
		fmt.Fprintf(w, "%d\t%s\t%s\t\n", s.Step, percent(s.Exact), percent(s.Cell))
	}
	fmt.Fprint(w, "\nrating\tpuzzles\texact\t95% interval\t\n")
	for _, b := range r.ByRating {
		if b.Puzzles == 0 {
			fmt.Fprintf(w, "%s\t0\t-\t-\t\n", b.Rating)
			continue
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t\n", b.Rating, b.Puzzles, percent(b.Exact), interval(b.Exact, b.Puzzles))
	}
	return w.Flush()
}

func percent(share float64) string { return fmt.Sprintf("%.2f%%", 100*share) }

func interval(share float64, n int) string {
	lo, hi := wilson(share, n)
	return fmt.Sprintf("%.2f to %.2f%%", 100*lo, 100*hi)
}

// wilson returns the 95 % score interval of a share of n trials, which unlike
// the usual plus and minus holds near 0 and 1.
func wilson(share float64, n int) (lo, hi float64) {
	const z = 1.959964
	k := z * z / float64(n)
	centre := share + k/2
	half := math.Sqrt(k * (share*(1-share) + k/4))
	return max(0, (centre-half)/(1+k)), min(1, (centre+half)/(1+k))
}
