package modeltest

import (
	"cmp"

	"github.com/rereadml/reread/nn"
)

// CallFlops counts the operations of the matrix products of one network call on
// one puzzle. Nothing else is counted, so that a share of what the processor can
// do includes the cost of all else.
func CallFlops(a *nn.Arch, layers int, tokenMLP bool) float64 {
	l, d := float64(a.Positions()), float64(a.HiddenSize)
	channel := 2 * l * d * 3 * float64(cmp.Or(a.IntermediateSize, a.InnerSize(a.HiddenSize)))
	var mix float64
	switch {
	case len(a.Units) > 0:
		mix = 2 * (2*l + float64(unitCount(a.Units))) * d * d
	case tokenMLP:
		mix = 2 * l * d * 3 * float64(a.InnerSize(a.Positions()))
	default:
		mix = 2*l*d*4*d + attentionFlops(a)
	}
	return float64(layers) * (channel + mix)
}

// attentionFlops counts the scores and the weighted values. A head that sees
// rows, columns or boxes only does a small part of the work of one that sees
// everything.
func attentionFlops(a *nn.Arch) float64 {
	l, size := float64(a.Positions()), float64(a.HiddenSize/a.NumHeads)
	flops := 0.0
	for h := range a.NumHeads {
		pairs := l * l
		if len(a.HeadGroups) > 0 && a.HeadGroups[h] != "all" {
			pairs = 9*9*9 + 1
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
