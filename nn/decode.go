package nn

import "math"

// ArgMax returns the index of the largest element, the first of equals.
func ArgMax(x []float32) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	return best
}

// Decode stores the most likely token of each cell of logits [S, V] in tokens
// [S] and, unless it is nil, its probability in confidence [S]: by softmax, or
// by stablemax in a model whose loss is that.
func (m *Model) Decode(logits []float32, tokens []int32, confidence []float32) {
	vocab, softmax := m.arch.VocabSize, m.arch.LossType == LossSoftmax
	for c := range tokens {
		cell := logits[c*vocab : (c+1)*vocab]
		best := ArgMax(cell)
		tokens[c] = int32(best)
		if confidence != nil {
			confidence[c] = float32(probability(cell, best, softmax))
		}
	}
}

// Probabilities stores the probability of every token of each cell of logits
// [S, V] in probabilities [S, V], as Decode has that of the most likely.
func (m *Model) Probabilities(logits, probabilities []float32) {
	vocab, softmax := m.arch.VocabSize, m.arch.LossType == LossSoftmax
	for i := range logits {
		cell := logits[i/vocab*vocab:][:vocab]
		probabilities[i] = float32(probability(cell, i%vocab, softmax))
	}
}

// probability returns that of token t, by softmax or stablemax.
func probability(logits []float32, t int, softmax bool) float64 {
	weight := func(x float32) float64 {
		if softmax {
			return math.Exp(float64(x) - float64(logits[t]))
		}
		s, _ := Stablemax(float64(x))
		return s
	}
	sum := 0.0
	for _, x := range logits {
		sum += weight(x)
	}
	return weight(logits[t]) / sum
}

// stablemaxEps keeps the published code's division from overflowing at x = 1,
// where its unused branch is evaluated too.
const stablemaxEps = 1e-30

// Stablemax returns s(x) = x + 1 for x >= 0 and 1/(1 - x) below, and its
// derivative. The probabilities of the published models are s / sum(s).
func Stablemax(x float64) (s, slope float64) {
	if x < 0 {
		s = 1 / (1 - x + stablemaxEps)
		return s, s * s
	}
	return x + 1, 1
}
