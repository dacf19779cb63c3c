package train

import (
	"math"

	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/nn"
)

// optimizer holds the moments of Adam and the averaged weights, vectors in the
// layout of [nn.Params.Data].
type optimizer struct {
	p, m, v []float32
	ema     []float32 // nil without averaging
}

func newOptimizer(ps *nn.Params, emaRate float64) *optimizer {
	o := &optimizer{p: ps.Data(), m: ps.NewVector(), v: ps.NewVector()}
	if emaRate > 0 {
		o.ema = ps.NewVector()
		copy(o.ema, o.p)
	}
	return o
}

// chunk is the unit of parallel updates, a multiple of every vector width so
// that no element is handled differently for where the cuts are.
const chunk = 1 << 15

func chunks(n int) int { return ceilDiv(n, chunk) }

func chunkOf(x []float32, i int) []float32 { return x[i*chunk : min((i+1)*chunk, len(x))] }

// update applies optimiser step t and the average to chunk i.
func (o *optimizer) update(cfg *Config, t uint64, s simd.AdamStep, grad []float32, i int) {
	p, m, v, g := chunkOf(o.p, i), chunkOf(o.m, i), chunkOf(o.v, i), chunkOf(grad, i)
	if cfg.Optimizer == AdamW {
		simd.AdamW(p, m, v, g, s)
	} else {
		simd.AdamATan2(p, m, v, g, s)
	}
	if o.ema != nil {
		simd.Lerp(chunkOf(o.ema, i), p, float32(1-cfg.emaRate(t)))
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
