package arc

import (
	"cmp"
	"crypto/sha256"
	"math"
	"slices"
)

// Vote is what an answer to a test input has got.
type Vote struct {
	Answer Grid // the empty grid where an answer could not be cropped to any
	Count  int  // predictions that gave the answer
	First  int  // the least index of these

	// sum of the confidences in units of 1/one. Sums of floating-point numbers
	// depend on the order of adding, and with them the ranks of answers of equal
	// counts; sums of integers do not, however a run is split.
	sum uint64
}

// one is confidence 1 in fixed point. With 32 bits, the sum of [MaxPredictions] fits
// into 64 bits, and that of two million into the 53 bits which all readers of JSON
// keep. Means that differ by less, 2e-10, count as equal.
const one = 1 << 32

// fixed returns sigmoid(logit) in fixed point.
func fixed(logit float32) uint64 {
	return uint64(math.Round(one / (1 + math.Exp(-float64(logit)))))
}

// Confidence returns the mean of sigmoid(q_halt), 0 to 1, over the predictions that
// gave the answer.
func (v Vote) Confidence() float64 {
	return float64(v.sum) / one / float64(v.Count)
}

// better orders votes from the best to the worst. Of equal counts, sums are in the
// order of means.
func better(a, b Vote) int {
	return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(b.sum, a.sum), cmp.Compare(a.First, b.First))
}

// ballot holds the votes on a test input, by the hashes of the answers.
type ballot map[[sha256.Size]byte]Vote

// add adds votes for an answer to those that it has.
func (b *ballot) add(v Vote) {
	if *b == nil {
		*b = make(ballot)
	}
	h := v.Answer.Hash()
	if had, ok := (*b)[h]; ok {
		v.Answer = had.Answer
		v.Count += had.Count
		v.sum += had.sum
		v.First = min(v.First, had.First)
	}
	(*b)[h] = v
}

func (b ballot) ranking() []Vote {
	votes := make([]Vote, 0, len(b))
	for _, v := range b {
		votes = append(votes, v)
	}
	slices.SortFunc(votes, better)
	return votes
}
