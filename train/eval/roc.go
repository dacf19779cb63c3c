package eval

import (
	"gonum.org/v1/gonum/integrate"
	"gonum.org/v1/gonum/stat"
)

// auc returns the area under the receiver operating characteristic of the
// margin: the probability that the margin of a right answer is above that of a
// wrong one, a tie counting half. Margins in the same bin are ties. It is nil
// when all answers are right, or all wrong.
//
// Source: Hanley and McNeil, "The meaning and use of the area under a receiver
// operating characteristic (ROC) curve", Radiology 143 (1982), 29-36.
func auc(byBin []tally) *float64 {
	if all := sum(byBin); all.right() == 0 || all.wrong() == 0 {
		return nil
	}
	var bins, weights []float64
	var right []bool
	for bin, t := range byBin {
		bins = append(bins, float64(bin), float64(bin))
		right = append(right, false, true)
		weights = append(weights, float64(t.wrong()), float64(t.right()))
	}
	truePositive, falsePositive, _ := stat.ROC(nil, bins, right, weights)
	area := integrate.Trapezoidal(falsePositive, truePositive)
	return &area
}
