package train

import "math"

// Metrics are the sums of one supervision step, as the published code counts
// them: losses over all rows, the rest over the rows that halted in this step.
type Metrics struct {
	LMLoss        float64 // cross entropy, each row's mean over its cells
	QHaltLoss     float64
	QContinueLoss float64 // HRM only
	OtherLoss     float64 // of an objective of your own

	Count         float64 // halted rows
	Accuracy      float64 // sum over halted rows of the share of right cells
	ExactAccuracy float64 // halted rows with every cell right
	QHaltAccuracy float64 // halted rows where the sign of q_halt tells right from wrong
	Steps         float64 // supervision steps spent on halted rows
}

// Loss is what is minimised, summed over the rows.
func (m *Metrics) Loss() float64 { return m.LMLoss + 0.5*(m.QHaltLoss+m.QContinueLoss) + m.OtherLoss }

func (m *Metrics) add(o *Metrics) {
	m.LMLoss += o.LMLoss
	m.QHaltLoss += o.QHaltLoss
	m.QContinueLoss += o.QContinueLoss
	m.OtherLoss += o.OtherLoss
	m.Count += o.Count
	m.Accuracy += o.Accuracy
	m.ExactAccuracy += o.ExactAccuracy
	m.QHaltAccuracy += o.QHaltAccuracy
	m.Steps += o.Steps
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
