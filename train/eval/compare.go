package eval

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"

	"github.com/rereadml/reread/data"
)

// Comparison is of two results, A and B, on the same puzzles. Such results go
// up and down together, so that what tells them apart are the puzzles that only
// one of them solves: far fewer than the intervals of the two shares suggest.
type Comparison struct {
	Answer  Answer `json:"answer"`
	Puzzles int64  `json:"puzzles"`
	Both    int64  `json:"both"` // puzzles that both solve
	OnlyA   int64  `json:"only_a"`
	OnlyB   int64  `json:"only_b"`

	// Difference is the share that B solves less the share that A solves.
	//
	// Its interval is method 10 of Newcombe, "Improved confidence intervals for
	// the difference between binomial proportions based on paired data",
	// Statistics in Medicine 17 (1998), 2635-2650: Wilson's intervals of both
	// shares, squared and added, with the correlation of the outcomes.
	Difference float64  `json:"difference"`
	Interval   Interval `json:"interval"`

	// P is the probability of counts OnlyA and OnlyB at least as far apart when
	// every such puzzle is as likely to be the one's as the other's: McNemar's
	// test, exact and two-sided. It is the more cautious of the two: near 0.05
	// the interval may leave 0 out when P is still above.
	//
	// Source: McNemar, "Note on the sampling error of the difference between
	// correlated proportions or percentages", Psychometrika 12 (1947), 153-157.
	P float64 `json:"p"`
}

// Compare compares the same answer of two results. It is an error if they are
// of different puzzle sets or of different rows of one, and if the answer
// needs rules that one of them has not.
func Compare(a, b *Result, answer Answer) (*Comparison, error) {
	if err := checkPaired(a, b, answer); err != nil {
		return nil, fmt.Errorf("eval: compare: %w", err)
	}
	rightA, rightB := a.right[answer], b.right[answer]
	c := &Comparison{Answer: answer, Puzzles: a.done.count(), Both: rightA.common(rightB).count()}
	c.OnlyA, c.OnlyB = rightA.count()-c.Both, rightB.count()-c.Both
	c.Difference = ratio(c.OnlyB-c.OnlyA, c.Puzzles)
	c.Interval = newcombe(c.Both, c.OnlyB, c.OnlyA, c.Puzzles)
	c.P = mcNemar(c.OnlyA, c.OnlyB)
	return c, nil
}

// CheckComparable reports why an evaluation of rows could not be compared with
// the result in all its answers, before the time for it is spent.
func (r *Result) CheckComparable(rows data.Rows, o Options) error {
	planned, err := plan(rows, o)
	if err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	for _, a := range answers {
		if a == Accepted && o.Rules == nil {
			continue
		}
		if err := checkPaired(planned, r, a); err != nil {
			return fmt.Errorf("eval: compare: %w", err)
		}
	}
	return nil
}

// plan returns a result without puzzles but with all rows marked that an
// evaluation would visit.
func plan(rows data.Rows, o Options) (*Result, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	set, err := setDigest(context.Background(), rows)
	if err != nil {
		return nil, err
	}
	r, err := New(Settings{Set: set, Rows: rows.Len(), Steps: 1, Rules: o.RulesName})
	if err != nil {
		return nil, err
	}
	for i := o.Shard; i < rows.Len(); i += max(o.Shards, 1) {
		r.done.set(i)
	}
	return r, nil
}

func checkPaired(a, b *Result, answer Answer) error {
	if _, known := a.right[answer]; !known {
		return fmt.Errorf("no answer %q", answer)
	}
	if a.settings.Set != b.settings.Set || a.settings.Rows != b.settings.Rows {
		return fmt.Errorf("different puzzles: %d of %q and %d of %q", a.settings.Rows, a.settings.Set, b.settings.Rows, b.settings.Set)
	}
	if !bytes.Equal(a.done, b.done) {
		return fmt.Errorf("different rows: %d and %d, of which %d are in both", a.done.count(), b.done.count(), a.done.common(b.done).count())
	}
	if answer == Accepted && (a.settings.Rules == "" || b.settings.Rules == "") {
		return errors.New("not both results have rules that accept answers")
	}
	return nil
}

// Differs reports whether P is at most 0.05.
func (c *Comparison) Differs() bool { return c.P <= alpha }

// Verdict says in a sentence what the comparison shows, the results by name.
func (c *Comparison) Verdict(a, b string) string {
	shows := "no difference shows"
	if c.Differs() {
		shows = "they differ"
	}
	more, less, n := b, a, c.OnlyB-c.OnlyA
	if n < 0 {
		more, less, n = a, b, -n
	}
	if n == 0 {
		return fmt.Sprintf("%s and %s both solve %d of %d; p = %.2g: %s", a, b, c.Both+c.OnlyA, c.Puzzles, c.P, shows)
	}
	return fmt.Sprintf("%s solves %d more of %d than %s; p = %.2g: %s", more, n, c.Puzzles, less, c.P, shows)
}

// mcNemar returns the exact two-sided P value of discordant counts.
func mcNemar(onlyA, onlyB int64) float64 {
	n := onlyA + onlyB
	if n == 0 {
		return 1
	}
	k := float64(min(onlyA, onlyB))
	least := mathext.RegIncBeta(float64(n)-k, k+1, 0.5) // the binomial distribution up to k
	return min(1, 2*least)                              // both tails, which overlap when the counts are equal
}

// newcombe returns the interval of the difference of the shares of two paired
// outcomes, the first less the second.
func newcombe(both, onlyFirst, onlySecond, n int64) Interval {
	if n == 0 {
		return Interval{-1, 1}
	}
	first, second := both+onlyFirst, both+onlySecond
	p, q := ratio(first, n), ratio(second, n)
	ip, iq := Wilson(first, n), Wilson(second, n)
	phi := correlation(both, onlyFirst, onlySecond, n)
	half := func(x, y float64) float64 { return math.Sqrt(max(0, x*x-2*phi*x*y+y*y)) }
	return Interval{
		Low:  p - q - half(p-ip.Low, iq.High-q),
		High: p - q + half(ip.High-p, q-iq.Low),
	}
}

// correlation returns the phi coefficient of paired outcomes, drawn towards 0
// where it is positive, as Newcombe's method 10 has it.
func correlation(both, onlyFirst, onlySecond, n int64) float64 {
	e, f, g := float64(both), float64(onlyFirst), float64(onlySecond)
	h := float64(n) - e - f - g
	scale := (e + f) * (g + h) * (e + g) * (f + h)
	if scale == 0 {
		return 0
	}
	excess := e*h - f*g
	if excess > 0 {
		excess = max(0, excess-float64(n)/2)
	}
	return excess / math.Sqrt(scale)
}
