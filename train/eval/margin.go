package eval

import (
	"fmt"
	"math"
)

// Margins are counted in bins of equal width, open below and closed above, so
// that 0, at which a model does not halt, falls below the edge at 0. The first
// bin and the last are without end.
const (
	marginWidth = 0.25
	marginMost  = 12.0
	marginBins  = 2 + int(2*marginMost/marginWidth)
)

// checkMargin refuses what no margin can be told to exceed.
func checkMargin(m float32) error {
	if h := float64(m); math.IsNaN(h) || math.IsInf(h, 0) {
		return fmt.Errorf("a halting margin of %v, want a finite number", m)
	}
	return nil
}

// marginBin returns the bin of a margin, which may be infinite.
func marginBin(margin float32) int {
	m := min(max(float64(margin), -marginMost), marginMost+marginWidth)
	// The least margin above 0 is to stay above 0: divided first, then moved.
	return int(math.Ceil(m/marginWidth)) + int(marginMost/marginWidth)
}

// binsUpTo returns how many bins lie at or below an edge.
func binsUpTo(edge float64) int { return marginBin(float32(edge)) + 1 }
