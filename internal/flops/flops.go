// Package flops counts the floating-point operations of models.
//
// Only those of the matrix products of the networks are counted, a multiplication
// and an addition as two, so that a share of what a processor can do includes the
// cost of all else. Embeddings, read-outs and the optimiser are left out.
package flops

import (
	"cmp"
	"math"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// Step is the work of a supervision step on one puzzle.
type Step struct {
	Forward  float64 // inference
	Training float64 // both passes; the backward one does twice the work of the calls that it goes through
}

// TRM counts a step of a TRM.
func TRM(c *trm.Config) Step {
	low := Call(&c.Arch, c.LLayers, c.MLPT)
	high := low
	if c.TwoNetworks {
		high = Call(&c.Arch, c.HLayers, c.MLPT)
	}
	cycle := float64(c.LCycles)*low + high
	forward := float64(c.HCycles) * cycle
	return Step{forward, forward + 2*cycle}
}

// HRM counts a step of an HRM. Where there are several, training runs the forward
// pass twice, the second time for the targets of Q-learning.
func HRM(c *hrm.Config) Step {
	low, high := Call(&c.Arch, c.LLayers, false), Call(&c.Arch, c.HLayers, false)
	forward := float64(c.HCycles) * (float64(c.LCycles)*low + high)
	training := forward + 2*(low+high)
	if c.HaltMaxSteps > 1 {
		training += forward
	}
	return Step{forward, training}
}

// Call counts one network call on one puzzle, of layers that mix positions by an
// MLP, by units if there are any, or else by attention.
func Call(a *nn.Arch, layers int, tokenMLP bool) float64 {
	l, d := float64(a.Positions()), float64(a.HiddenSize)
	channel := 2 * l * d * 3 * float64(cmp.Or(a.IntermediateSize, a.InnerSize(a.HiddenSize)))
	var mix float64
	switch {
	case len(a.Units) > 0:
		mix = 2 * (2*l + float64(unitCount(a.Units))) * d * d
	case tokenMLP:
		mix = 2 * l * d * 3 * float64(a.InnerSize(a.Positions()))
	default:
		mix = 2*l*d*4*d + attention(a)
	}
	return float64(layers) * (channel + mix)
}

// attention counts the scores and the weighted values. A head that sees rows,
// columns or boxes only does a small part of the work of one that sees everything.
func attention(a *nn.Arch) float64 {
	l, prefix, size := float64(a.Positions()), float64(a.Prefix()), float64(a.HiddenSize/a.NumHeads)
	flops := 0.0
	for h := range a.NumHeads {
		pairs := l * l
		if len(a.HeadGroups) > 0 && a.HeadGroups[h] != "all" {
			pairs = float64(a.SeqLen)*math.Sqrt(float64(a.SeqLen)) + prefix*prefix
		}
		flops += 4 * pairs * size
	}
	return flops
}

func unitCount(units nn.Units) int {
	n := 0
	for _, kind := range units {
		n += len(kind)
	}
	return n
}
