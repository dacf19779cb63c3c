package train

import (
	"fmt"
	"math"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/nn"
)

// batch is the persistent batch: each row keeps its own data and carry until
// it halts.
type batch struct {
	model            *nn.Model
	size             int
	seqLen           int
	inputs, labels   []int32 // [B, S]
	ids              []int32 // [B]
	carry            nn.Carry
	steps            []int32 // supervision steps since the row was loaded
	stopped          []int32 // how many they were when the model first said stop; 0: not yet
	halted           []bool
	dPuzzles         []float32 // [B, ndim], gradients of the rows' puzzle embeddings
	puzzleDim, vocab int
}

func newBatch(m *nn.Model, size int) *batch {
	a := m.Arch()
	b := &batch{
		model: m, size: size, seqLen: a.SeqLen, carry: m.NewCarry(size),
		inputs: make([]int32, size*a.SeqLen), labels: make([]int32, size*a.SeqLen), ids: make([]int32, size),
		steps: make([]int32, size), stopped: make([]int32, size), halted: make([]bool, size),
		dPuzzles: make([]float32, size*a.PuzzleEmbNDim), puzzleDim: a.PuzzleEmbNDim, vocab: a.VocabSize,
	}
	for i := range b.halted {
		b.halted[i] = true // so that the first step loads every row
	}
	return b
}

// row returns row i's part of a [B, per] array; nil stays nil.
func row[T any](x []T, i, per int) []T { return rows(x, i, i+1, per) }

// rows returns rows [lo, hi) of a [B, per] array; nil stays nil.
func rows[T any](x []T, lo, hi, per int) []T {
	if x == nil {
		return nil
	}
	return x[lo*per : hi*per : hi*per]
}

// stagger gives the rows of a fresh batch ages that are spread evenly below
// most.
func (b *batch) stagger(most int) {
	for i := range b.steps {
		b.steps[i] = int32(int64(i) * int64(most) / int64(b.size))
	}
}

// ends reports whether row i ends with this step, the last that it may have or
// not, given whether the model says stop and how long rows linger then.
func (b *batch) ends(i int, last, stop bool, linger int) bool {
	if last || linger == 0 {
		return last || stop
	}
	if stop && b.stopped[i] == 0 {
		b.stopped[i] = b.steps[i]
	}
	return b.stopped[i] > 0 && int(b.steps[i]-b.stopped[i]) >= linger
}

// unset marks what a feed has not written: no token, and no label.
const unset = math.MinInt32

// load replaces halted row i.
func (b *batch) load(feed Feed, n uint64, i int) error {
	inputs, labels := row(b.inputs, i, b.seqLen), row(b.labels, i, b.seqLen)
	fill(inputs, unset)
	fill(labels, unset)
	id, err := feed.At(n, inputs, labels)
	if err != nil {
		return err
	}
	b.ids[i] = id
	if err := b.check(i); err != nil {
		return err
	}
	b.model.Reset(&b.carry, i)
	b.steps[i], b.stopped[i], b.halted[i] = 0, 0, false
	return nil
}

func fill(x []int32, v int32) {
	for i := range x {
		x[i] = v
	}
}

// check reports an input, label or puzzle identifier of row i that the model
// has no embedding or output for.
func (b *batch) check(i int) error {
	for c, l := range row(b.labels, i, b.seqLen) {
		if l != data.IgnoreLabel && (l < 0 || int(l) >= b.vocab) {
			return fmt.Errorf("label %s in cell %d, want 0 to %d or %d", said(l), c, b.vocab-1, data.IgnoreLabel)
		}
	}
	for c, in := range row(b.inputs, i, b.seqLen) {
		if in == unset {
			return fmt.Errorf("input %s in cell %d", said(in), c)
		}
	}
	return b.model.CheckInput(row(b.inputs, i, b.seqLen), b.ids[i])
}

func said(v int32) string {
	if v == unset {
		return "not written"
	}
	return fmt.Sprint(v)
}

// group points g at rows [lo, hi).
func (b *batch) group(g *nn.Group, lo, hi int) {
	g.N = hi - lo
	g.Inputs = rows(b.inputs, lo, hi, b.seqLen)
	g.PuzzleIDs = b.ids[lo:hi]
	g.Carry.View(&b.carry, lo, hi)
	g.DPuzzles = rows(b.dPuzzles, lo, hi, b.puzzleDim)
}
