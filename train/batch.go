package train

import "github.com/rereadml/reread/nn"

// batch is the persistent batch: each row keeps its own data and carry until
// it halts.
type batch struct {
	size             int
	seqLen           int
	state            int       // numbers in one row's z_H or z_L
	inputs, labels   []int32   // [B, S]
	ids              []int32   // [B]
	zH, zL           []float32 // [B, L, D]; zH is nil with a single latent
	steps            []int32   // supervision steps since the row was loaded
	halted           []bool
	dPuzzles         []float32 // [B, ndim], gradients of the rows' puzzle embeddings
	puzzleDim, vocab int
}

func newBatch(m nn.Model, size int) *batch {
	a := m.Spec()
	b := &batch{
		size: size, seqLen: a.SeqLen, state: a.Positions() * a.HiddenSize,
		inputs: make([]int32, size*a.SeqLen), labels: make([]int32, size*a.SeqLen), ids: make([]int32, size),
		steps: make([]int32, size), halted: make([]bool, size),
		puzzleDim: a.PuzzleEmbNDim, vocab: a.VocabSize,
	}
	b.zL = make([]float32, size*b.state)
	if !m.SingleLatent() {
		b.zH = make([]float32, size*b.state)
	}
	b.dPuzzles = make([]float32, size*b.puzzleDim)
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

// load replaces halted row i.
func (b *batch) load(m nn.Model, feed Feed, n uint64, i int) error {
	id, err := feed.At(n, row(b.inputs, i, b.seqLen), row(b.labels, i, b.seqLen))
	if err != nil {
		return err
	}
	b.ids[i] = id
	m.InitCarry(row(b.zH, i, b.state), row(b.zL, i, b.state))
	b.steps[i], b.halted[i] = 0, false
	return nil
}

// group points g at rows [lo, hi).
func (b *batch) group(g *nn.Group, lo, hi int) {
	g.N = hi - lo
	g.Inputs = rows(b.inputs, lo, hi, b.seqLen)
	g.PuzzleIDs = b.ids[lo:hi]
	g.ZH = rows(b.zH, lo, hi, b.state)
	g.ZL = rows(b.zL, lo, hi, b.state)
	g.DPuzzles = rows(b.dPuzzles, lo, hi, b.puzzleDim)
}
