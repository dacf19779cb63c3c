package train

import (
	"math"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/nn"
)

// CrossEntropy is the loss of one puzzle's cells: the mean over its cells with
// a label of -log p(label), p from the logits [S, V] by softmax, or by
// stablemax: s(x) = x + 1 for x >= 0 and 1/(1 - x) below, p = s / sum(s). All
// sums are in float64, as published.
type CrossEntropy struct {
	Softmax bool
}

// Forward returns the loss, and stores its gradient times weight in dLogits
// unless that is nil.
func (c CrossEntropy) Forward(logits []float32, labels []int32, dLogits []float32, weight float64) float64 {
	vocab := len(logits) / len(labels)
	counted := 0
	for _, l := range labels {
		if l != data.IgnoreLabel {
			counted++
		}
	}
	divisor := float64(max(counted, 1))
	loss := 0.0
	for i, label := range labels {
		x := logits[i*vocab:][:vocab]
		var d []float32
		if dLogits != nil {
			d = dLogits[i*vocab:][:vocab]
			clear(d)
		}
		if label == data.IgnoreLabel {
			continue
		}
		if c.Softmax {
			loss += softmaxCell(x, int(label), d, weight/divisor)
		} else {
			loss += stablemaxCell(x, int(label), d, weight/divisor)
		}
	}
	return loss / divisor
}

func softmaxCell(x []float32, label int, d []float32, weight float64) float64 {
	top := math.Inf(-1)
	for _, v := range x {
		top = math.Max(top, float64(v))
	}
	sum := 0.0
	for _, v := range x {
		sum += math.Exp(float64(v) - top)
	}
	for j := range d {
		p := math.Exp(float64(x[j])-top) / sum
		d[j] = float32(weight * (p - indicator(j == label)))
	}
	return math.Log(sum) + top - float64(x[label])
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func stablemaxCell(x []float32, label int, d []float32, weight float64) float64 {
	sum := 0.0
	for _, v := range x {
		s, _ := nn.Stablemax(float64(v))
		sum += s
	}
	// -log(s_label/sum): d/dx_j = s'_j (1/sum - [j = label]/s_j).
	for j := range d {
		s, slope := nn.Stablemax(float64(x[j]))
		d[j] = float32(weight * slope * (1/sum - indicator(j == label)/s))
	}
	s, _ := nn.Stablemax(float64(x[label]))
	return math.Log(sum) - math.Log(s)
}

// BCEWithLogits returns the binary cross entropy of sigmoid(x) against target
// in [0, 1], and its derivative by x.
func BCEWithLogits(x, target float64) (loss, grad float64) {
	loss = math.Max(x, 0) - x*target + math.Log1p(math.Exp(-math.Abs(x)))
	return loss, Sigmoid(x) - target
}

// Sigmoid returns 1 / (1 + e^-x).
func Sigmoid(x float64) float64 {
	if x < 0 {
		e := math.Exp(x)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-x))
}
