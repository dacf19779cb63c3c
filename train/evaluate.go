package train

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/rereadml/reread/nn"
)

// Puzzles is an indexed set of puzzles with their answers, safe for concurrent
// reads. The Rows of package data implement it.
type Puzzles interface {
	Len() int
	// Row writes puzzle i into inputs and labels [S] and returns its puzzle
	// identifier. With a nil rng it is not augmented.
	Row(i int, rng *rand.Rand, inputs, labels []int32) (id int32, err error)
}

// EvalOptions says how to evaluate. The zero value is the published
// evaluation: halt_max_steps supervision steps for every puzzle.
type EvalOptions struct {
	Steps   int  // supervision steps at most; 0: halt_max_steps
	Halt    bool // stop at a puzzle's first step whose halting value says so
	Limit   int  // puzzles at most; 0: all
	Workers int  // 0: one for each processor that Go may use
}

// Evaluation is the outcome over a set of puzzles.
type Evaluation struct {
	Puzzles   int            `json:"puzzles"`
	Exact     float64        `json:"exact"`      // share of puzzles with every cell right at their last step
	Cell      float64        `json:"cell"`       // mean share of right cells
	MeanSteps float64        `json:"mean_steps"` // supervision steps spent per puzzle
	Seconds   float64        `json:"seconds"`
	ByStep    []StepAccuracy `json:"by_step"` // had every puzzle stopped there at the latest

	Outcomes []Outcome `json:"-"` // by puzzle
}

// StepAccuracy is the accuracy after a number of supervision steps.
type StepAccuracy struct {
	Step  int     `json:"step"`
	Exact float64 `json:"exact"`
	Cell  float64 `json:"cell"`
}

// Outcome is what came of one puzzle.
type Outcome struct {
	Steps int     // supervision steps spent
	Exact bool    // every labelled cell right
	Cell  float64 // share of right cells
	QHalt float32 // halting value at the last step
}

// Evaluate solves the puzzles of a set and scores the answers against their
// labels.
func Evaluate(ctx context.Context, m nn.Model, set Puzzles, opts EvalOptions) (*Evaluation, error) {
	e := newEvaluator(m, set, opts)
	start := time.Now()
	err := nn.Reason(ctx, m, len(e.outcomes), e.steps, opts.Workers, e.load, e.visit)
	if err != nil {
		return nil, fmt.Errorf("train: evaluate: %w", err)
	}
	return e.summary(time.Since(start)), nil
}

type evaluator struct {
	m        nn.Model
	set      Puzzles
	halt     bool
	steps    int
	labels   []int32 // [N, S]
	outcomes []Outcome
	trail    []cellScore // [N, steps]
}

// cellScore is one puzzle's score after one step.
type cellScore struct {
	exact bool
	cell  float64
}

func newEvaluator(m nn.Model, set Puzzles, opts EvalOptions) *evaluator {
	n := set.Len()
	if opts.Limit > 0 {
		n = min(n, opts.Limit)
	}
	steps := opts.Steps
	if steps == 0 {
		steps = m.Spec().HaltMaxSteps
	}
	return &evaluator{
		m: m, set: set, halt: opts.Halt, steps: steps,
		labels:   make([]int32, n*m.Spec().SeqLen),
		outcomes: make([]Outcome, n), trail: make([]cellScore, n*max(steps, 0)),
	}
}

func (e *evaluator) load(i int, inputs []int32) (int32, error) {
	s := e.m.Spec().SeqLen
	labels := e.labels[i*s : (i+1)*s]
	id, err := e.set.Row(i, nil, inputs, labels)
	if err != nil {
		return 0, err
	}
	return id, nn.CheckRow(e.m, inputs, labels, id)
}

func (e *evaluator) visit(i, step int, logits []float32, qHalt, qContinue float32) bool {
	s := e.m.Spec().SeqLen
	right, counted := countRight(logits, e.labels[i*s:(i+1)*s])
	score := cellScore{right == counted, 1}
	if counted > 0 {
		score.cell = float64(right) / float64(counted)
	}
	// A puzzle that stops keeps its score for all later steps.
	for t := step - 1; t < e.steps; t++ {
		e.trail[i*e.steps+t] = score
	}
	e.outcomes[i] = Outcome{Steps: step, Exact: score.exact, Cell: score.cell, QHalt: qHalt}
	return e.halt && nn.Halts(e.m, qHalt, qContinue)
}

func (e *evaluator) summary(took time.Duration) *Evaluation {
	n := float64(max(len(e.outcomes), 1))
	out := &Evaluation{Puzzles: len(e.outcomes), Seconds: took.Seconds(), Outcomes: e.outcomes}
	// Divided last, so that all right is 1 and not nearly 1.
	for _, o := range e.outcomes {
		out.Exact += indicator(o.Exact)
		out.Cell += o.Cell
		out.MeanSteps += float64(o.Steps)
	}
	out.Exact, out.Cell, out.MeanSteps = out.Exact/n, out.Cell/n, out.MeanSteps/n
	for t := range e.steps {
		a := StepAccuracy{Step: t + 1}
		for i := range e.outcomes {
			score := e.trail[i*e.steps+t]
			a.Exact += indicator(score.exact)
			a.Cell += score.cell
		}
		a.Exact, a.Cell = a.Exact/n, a.Cell/n
		out.ByStep = append(out.ByStep, a)
	}
	return out
}
