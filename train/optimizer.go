package train

import (
	"cmp"
	"math"
	"slices"

	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/nn"
)

// optimizer holds the moments and the averaged weights, and does its updates
// piece by piece.
type optimizer struct {
	vectors
	cfg    *Config
	pieces []piece
	muon   []*muon // by worker; nil without Muon

	// Of the step at hand:
	adam     simd.AdamStep
	muonStep muonStep
	clip     float32 // factor on the gradient
	towards  float32 // share of the new weights in the averages
}

// vectors are in the layout of [nn.Params.Data], or parts of those that are.
type vectors struct {
	p, g []float32 // weights and their gradient
	m, v []float32 // moments; of Muon's matrices only the first is in use
	ema  []float32 // averaged weights; nil without averaging
}

// in returns the same part of every vector.
func (v *vectors) in(part func(x []float32) []float32) vectors {
	w := vectors{p: part(v.p), g: part(v.g), m: part(v.m), v: part(v.v)}
	if v.ema != nil {
		w.ema = part(v.ema)
	}
	return w
}

// piece is what is updated at once: a matrix of Muon, or any numbers for Adam.
type piece struct {
	vectors
	rows, cols int // of a matrix
}

// newOptimizer returns one that has nothing to update where the weights are frozen.
func newOptimizer(ps *nn.Params, cfg *Config, grad []float32, workers int) *optimizer {
	if cfg.FreezeWeights {
		return &optimizer{cfg: cfg, vectors: vectors{p: ps.Data()}}
	}
	o := &optimizer{cfg: cfg, vectors: vectors{p: ps.Data(), g: grad, m: ps.NewVector(), v: ps.NewVector()}}
	if cfg.EMARate > 0 {
		o.ema = ps.NewVector()
		copy(o.ema, o.p)
	}
	if cfg.Optimizer != Muon {
		o.addNumbers(o.vectors)
		return o
	}
	o.addParams(ps)
	for range workers {
		o.muon = append(o.muon, newMuon(ps))
	}
	return o
}

// chunk is the unit of parallel updates, a multiple of every vector width so
// that no element is handled differently for where the cuts are.
const chunk = 1 << 15

func chunks(n int) int { return ceilDiv(n, chunk) }

func chunkOf(x []float32, i int) []float32 { return x[i*chunk : min((i+1)*chunk, len(x))] }

// addNumbers adds pieces for Adam.
func (o *optimizer) addNumbers(v vectors) {
	for i := range chunks(len(v.p)) {
		o.pieces = append(o.pieces, piece{vectors: v.in(func(x []float32) []float32 { return chunkOf(x, i) })})
	}
}

// addParams adds pieces for Muon and Adam. A matrix is the work of one worker:
// the largest come first, so that none is left for last.
func (o *optimizer) addParams(ps *nn.Params) {
	for _, p := range ps.All() {
		v := o.in(p.In)
		if rows, cols, ok := muonMatrix(p); ok {
			o.pieces = append(o.pieces, piece{v, rows, cols})
		} else {
			o.addNumbers(v)
		}
	}
	slices.SortStableFunc(o.pieces, func(a, b piece) int {
		return cmp.Compare(muonCost(b.rows, b.cols), muonCost(a.rows, a.cols))
	})
}

// begin prepares optimiser step t, counted from 1, for a gradient of a norm.
func (o *optimizer) begin(t uint64, norm float64) {
	o.adam, o.muonStep = o.cfg.adamStep(t), o.cfg.muonStep(t)
	o.towards = float32(1 - o.cfg.emaRate(t))
	o.clip = 1
	if c := o.cfg.ClipNorm; c > 0 && norm > c {
		o.clip = float32(c / norm)
	}
}

// update applies the step to piece i and its average.
func (o *optimizer) update(worker, i int) {
	q := &o.pieces[i]
	if o.clip != 1 {
		simd.Scale(q.g, o.clip)
	}
	switch {
	case q.rows > 0:
		o.muon[worker].update(q, o.muonStep)
	case o.cfg.Optimizer == AdamW || o.cfg.Optimizer == Muon:
		simd.AdamW(q.p, q.m, q.v, q.g, o.adam)
	default:
		simd.AdamATan2(q.p, q.m, q.v, q.g, o.adam)
	}
	if q.ema != nil {
		simd.Lerp(q.ema, q.p, o.towards)
	}
}

// adamStep returns the scalars of optimiser step t, counted from 1.
func (c *Config) adamStep(t uint64) simd.AdamStep {
	lr := c.LR * c.rate(t)
	n := float64(t)
	return simd.AdamStep{
		Weight1:     float32(1 - c.Beta1),
		Weight2:     float32(1 - c.Beta2),
		Decay:       float32(1 - lr*c.WeightDecay),
		StepSize:    float32(lr / (1 - math.Pow(c.Beta1, n))),
		Correction2: float32(1 / math.Sqrt(1-math.Pow(c.Beta2, n))),
		Eps:         1e-8,
	}
}
