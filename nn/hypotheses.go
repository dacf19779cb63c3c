package nn

import (
	"math/bits"
	"math/rand/v2"
)

// hypothesisRate is the probability that a cell gets a hypothesis whose tokens are
// all most unlikely.
const hypothesisRate = 0.1

// AddHypotheses has a row of a carry try tokens of its own answer, which is
// logits [S, V] for inputs [S]. A cell has a hypothesis with a probability of a
// tenth of that by which its most likely token would be wrong: a token drawn from
// the probabilities of the cell. What the embedding of the puzzle would change by
// if the token were the cell's input is added, times size, to the latent state
// that answers are read from. So later steps follow from the hypothesis as from an
// input, but as it is no part of the puzzle they can let it go again.
func (m *Model) AddHypotheses(c *Carry, row int, size float32, inputs []int32, logits []float32, rng *rand.Rand) {
	z := c.states[m.plan.answer][row*c.row : (row+1)*c.row]
	vocab, softmax := m.arch.VocabSize, m.arch.LossType == LossSoftmax
	for cell, input := range inputs {
		u := rng.Float64() / hypothesisRate
		if u >= 1 {
			continue
		}
		of := logits[cell*vocab : (cell+1)*vocab]
		if u >= 1-probability(of, ArgMax(of), softmax) {
			continue
		}
		m.embedding.addChange(z, cell, input, drawToken(of, softmax, rng), size)
	}
}

// drawToken draws a token from its probabilities.
func drawToken(logits []float32, softmax bool, rng *rand.Rand) int {
	best := ArgMax(logits)
	r := rng.Float64()
	for t := range logits {
		if r -= probability(logits, t, softmax); r < 0 {
			return t
		}
	}
	return best // nothing is left of the sum, by rounding
}

// addChange adds to z [L, D], times size, what the embedding of a puzzle would
// change by if a cell had the token for its input.
func (e *embedding) addChange(z []float32, cell int, input int32, token int, size float32) {
	size *= e.scale
	table := e.tokens.Value.Data()
	if e.values > 0 {
		for v := range e.values {
			of := z[(v*e.cells+cell)*e.d:][:e.d]
			addScaled(of, table[e.valueRow(v, int32(token))*e.d:], size)
			addScaled(of, table[e.valueRow(v, input)*e.d:], -size)
		}
		return
	}
	of := z[(e.prefix+cell)*e.d:][:e.d]
	addScaled(of, table[token*e.d:], size)
	if !e.sets {
		addScaled(of, table[int(input)*e.d:], -size)
		return
	}
	for set := uint32(input); set != 0; set &= set - 1 {
		addScaled(of, table[bits.TrailingZeros32(set)*e.d:], -size*setScale(input))
	}
}

// addScaled adds s·x to dst.
func addScaled(dst, x []float32, s float32) {
	for i := range dst {
		dst[i] += s * x[i]
	}
}
