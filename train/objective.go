package train

import (
	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/nn"
)

// Objective is what a run minimises: what the rows of a batch cost after each
// supervision step. Score is called from several goroutines, for one row by
// one.
type Objective interface {
	// Score returns the losses of a row and stores their gradients, times the
	// row's weight, in DLogits and DQ of its read-outs, which are zero at first.
	// The row is valid during the call.
	Score(r *Row) Score
}

// Row is a row of the batch after a supervision step.
type Row struct {
	Inputs, Labels []int32
	PuzzleID       int32
	Step           int  // supervision steps on the row, this one included
	Last           bool // the step is its last one
	// Outs are the row's read-outs of the step in the order of the recursion, the
	// last its answer: Logits and DLogits [S, V], Q and
	// DQ [2].
	Outs []nn.ReadOut
	// Next holds q_halt and q_continue of the last read-out after one more step,
	// with Q-learning; otherwise it is nil.
	Next   []float32
	Weight float64 // of the row in the mean over the batch
}

// Score is what one row costs. What is minimised is LMLoss + (QHaltLoss +
// QContinueLoss)/2 + OtherLoss.
type Score struct {
	LMLoss        float64
	QHaltLoss     float64
	QContinueLoss float64
	OtherLoss     float64
}

// published is the objective of the published models: cross entropy of the
// answer, and binary cross entropy of q_halt against the answer being right
// and, with Q-learning, of q_continue against what one more step is worth. Of
// several read-outs it takes the mean.
//
// A row without any label, which the published data do not have, is never right:
// its halting value is to stay low.
type published struct{ entropy CrossEntropy }

// PublishedObjective is the objective of the published models for one of them,
// and what a run has unless its options say otherwise. A row whose labels are all
// [data.IgnoreLabel] has no right answer: the model learns not to halt on it, and
// nothing of what it answers. An objective of your own may start from it and add to
// its gradients.
func PublishedObjective(m *nn.Model) Objective {
	return published{CrossEntropy{Softmax: m.Arch().LossType == nn.LossSoftmax}}
}

// Score implements [Objective].
func (p published) Score(r *Row) Score {
	var sum Score
	n := float64(len(r.Outs))
	for i := range r.Outs {
		s := p.score(r, &r.Outs[i], r.Weight/n)
		sum.LMLoss += s.LMLoss / n
		sum.QHaltLoss += s.QHaltLoss / n
		sum.QContinueLoss += s.QContinueLoss / n
	}
	return sum
}

func (p published) score(r *Row, out *nn.ReadOut, weight float64) Score {
	s := Score{LMLoss: p.entropy.Forward(out.Logits, r.Labels, out.DLogits, weight)}
	right, counted := countRight(out.Logits, r.Labels)
	var dHalt, dContinue float64
	s.QHaltLoss, dHalt = BCEWithLogits(float64(out.Q[0]), indicator(counted > 0 && right == counted))
	if r.Next != nil {
		s.QContinueLoss, dContinue = BCEWithLogits(float64(out.Q[1]), r.continueTarget())
	}
	out.DQ[0], out.DQ[1] = float32(0.5*weight*dHalt), float32(0.5*weight*dContinue)
	return s
}

// continueTarget is the value of the next step: of halting there if it must,
// else of the better choice.
func (r *Row) continueTarget() float64 {
	q := float64(r.Next[0])
	if !r.Last {
		q = max(q, float64(r.Next[1]))
	}
	return Sigmoid(q)
}

// countRight returns how many labelled cells the logits [S, V] get right, and
// how many are labelled.
func countRight(logits []float32, labels []int32) (right, counted int) {
	vocab := len(logits) / len(labels)
	for c, label := range labels {
		if label == data.IgnoreLabel {
			continue
		}
		counted++
		if nn.ArgMax(logits[c*vocab:][:vocab]) == int(label) {
			right++
		}
	}
	return right, counted
}
