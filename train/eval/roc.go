package eval

// auc returns the area under the receiver operating characteristic of the
// margin: the probability that the margin of a right answer is above that of a
// wrong one, a tie counting half. Margins in the same bin are ties. It is nil
// when all answers are right, or all wrong.
//
// Source: Hanley and McNeil, "The meaning and use of the area under a receiver
// operating characteristic (ROC) curve", Radiology 143 (1982), 29-36.
func auc(byBin []tally) *float64 {
	all := sum(byBin)
	if all.right() == 0 || all.wrong() == 0 {
		return nil
	}
	var below, pairs float64 // wrong answers in lower bins; pairs with the right one above
	for _, t := range byBin {
		wrong := float64(t.wrong())
		pairs += float64(t.right()) * (below + wrong/2)
		below += wrong
	}
	area := pairs / (float64(all.right()) * float64(all.wrong()))
	return &area
}
