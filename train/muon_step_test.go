package train

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/rereadml/reread/nn"
)

// muonReference does steps by the definition in float64: AdamW on everything,
// and then the matrices anew.
type muonReference struct {
	*reference
	cfg      Config
	matrices []referenceMatrix
}

type referenceMatrix struct {
	param *nn.Param
	p, m  *mat.Dense
	at    int // in the vector of all parameters
}

func newMuonReference(m *nn.Model, cfg Config) *muonReference {
	data := m.Params().Data()
	adam := cfg
	adam.Optimizer = AdamW
	r := &muonReference{reference: newReference(adam, data), cfg: cfg}
	for _, p := range m.Params().All() {
		if !isMatrix(p) {
			continue
		}
		rows, cols := p.Value.Shape()[0], p.Value.Shape()[1]
		at := 0
		for &data[at] != &p.Value.Data()[0] {
			at++
		}
		r.matrices = append(r.matrices, referenceMatrix{p, mat.NewDense(rows, cols, wide(p.Value.Data())), mat.NewDense(rows, cols, nil), at})
	}
	return r
}

// step does optimiser step t at a share of the full rates.
func (r *muonReference) step(t int, rate float64, grad []float32) {
	averages := slices.Clone(r.e)
	r.reference.step(t, rate*r.cfg.LR, grad)
	scale := 1.0
	if n := norm(grad); r.cfg.ClipNorm > 0 && n > r.cfg.ClipNorm {
		scale = r.cfg.ClipNorm / n
	}
	keep := r.cfg.EMARate
	if r.cfg.EMAWarmup {
		keep = min(keep, float64(1+t)/float64(10+t))
	}
	for _, q := range r.matrices {
		rows, cols := q.p.Dims()
		g := mat.NewDense(rows, cols, wide(q.param.In(grad)))
		g.Scale(scale*(1-r.cfg.MuonMomentum), g)
		q.m.Scale(r.cfg.MuonMomentum, q.m)
		q.m.Add(q.m, g)
		var x mat.Dense
		x.Scale(r.cfg.MuonMomentum, q.m)
		x.Add(&x, g)
		step := slowly(&x)
		step.Scale(rate*r.cfg.MuonLR, step)
		var decay mat.Dense
		decay.Scale(rate*r.cfg.MuonDecay, q.p)
		q.p.Sub(q.p, step)
		q.p.Sub(q.p, &decay)
		for i, w := range q.p.RawMatrix().Data {
			at := q.at + i
			r.p[at], r.m[at], r.v[at] = w, q.m.RawMatrix().Data[i], 0
			r.e[at] = keep*averages[at] + (1-keep)*w
		}
	}
}

// TestMuon holds several steps, on random gradients and on those of training,
// against the reference.
func TestMuon(t *testing.T) {
	const stepCount = 7
	rates := []float64{1. / 3, 2. / 3, 1, 0.5 + 0.25*(1+math.Sqrt2/2), 0.75, 0.5 + 0.25*(1-math.Sqrt2/2), 0.5}
	for _, c := range []struct {
		kind      string
		clip, ema float64
		warmup    bool // of the average
		train     bool
	}{
		{kindMLP, 0, 0.9, false, false}, {kindGroups, 0.7, 0.999, true, false}, {kindHRM, 0.7, 0, false, false},
		{kindMLP, 0.5, 0.9, false, true}, {kindHRM, 0, 0.9, true, true},
	} {
		t.Run(fmt.Sprintf("%s/clip %g/training %v", c.kind, c.clip, c.train), func(t *testing.T) {
			cfg := muonConfig(4, stepCount)
			cfg.ClipNorm, cfg.EMARate, cfg.EMAWarmup = c.clip, c.ema, c.warmup
			m := newModel(t, c.kind, tinyArch())
			tr := newTrainer(t, m, cfg, 2)
			if c.train { // its gradients are clipped when they can be read
				cfg.ClipNorm = 0
			}
			ref := newMuonReference(m, cfg)
			rng := rand.New(rand.NewPCG(5, 6))
			for i := range stepCount {
				if c.train {
					steps(t, tr, 1)
					ref.step(i+1, rates[i], tr.Gradient())
				} else {
					for _, p := range m.Params().All() {
						copy(p.In(tr.grad), normals(rng, p.Value.Len(), math.Exp2(-float64(rng.IntN(10)))))
					}
					ref.step(i+1, rates[i], tr.grad)
					require.NoError(t, tr.checkFinite(&Metrics{}))
					tr.optimise()
				}
				require.InEpsilon(t, cfg.LR*rates[i], tr.report(Metrics{}).LearningRate, 1e-12)
			}
			requireNear(t, ref.p, tr.opt.p, 5e-6)
			requireNear(t, ref.m, tr.opt.m, 1e-6)
			requireNear(t, ref.v, tr.opt.v, 1e-5)
			if c.ema == 0 {
				require.Nil(t, tr.EMA())
			} else {
				requireNear(t, ref.e, tr.EMA(), 5e-6)
			}
		})
	}
}

// TestMuonWithoutGradient: weights only decay, and nothing is divided by zero.
func TestMuonWithoutGradient(t *testing.T) {
	m := newModel(t, kindMLP, tinyArch())
	tr := newTrainer(t, m, muonConfig(4, 7), 2)
	before := slices.Clone(m.Params().Data())
	require.NoError(t, tr.checkFinite(&Metrics{}))
	tr.optimise()
	for _, p := range m.Params().All() {
		decay := 0.1 * 1e-3 / 3
		if isMatrix(p) {
			decay = 1e-2 / 3
		}
		want := wide(p.In(before))
		floats.Scale(1-decay, want)
		requireNear(t, want, p.Value.Data(), 1e-7)
	}
}
