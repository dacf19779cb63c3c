package train

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
)

func TestRate(t *testing.T) {
	cosine := Config{Steps: 110, WarmupSteps: 10, LRMinRatio: 0.2}
	constant := Config{Steps: 110, WarmupSteps: 10, LRMinRatio: 1}
	for _, c := range []struct {
		cfg  Config
		step uint64
		want float64
	}{
		{cosine, 0, 0}, {cosine, 1, 0.1}, {cosine, 9, 0.9}, {cosine, 10, 1},
		{cosine, 35, 0.2 + 0.4*(1+math.Sqrt2/2)}, {cosine, 60, 0.6}, {cosine, 85, 0.2 + 0.4*(1-math.Sqrt2/2)},
		{cosine, 110, 0.2}, {cosine, 1000, 0.2}, {cosine, math.MaxUint64, 0.2},
		{constant, 5, 0.5}, {constant, 10, 1}, {constant, 60, 1}, {constant, 110, 1}, {constant, 500, 1},
		{Config{Steps: 10, LRMinRatio: 1}, 1, 1},
		{Config{Steps: 10}, 5, 0.5}, {Config{Steps: 10}, 10, 0},
		{Config{Steps: 5, WarmupSteps: 10, LRMinRatio: 1}, 5, 0.5}, // ends while warming up
		{Config{Steps: 5, WarmupSteps: 5, LRMinRatio: 0.3}, 5, 0.3},
	} {
		require.InDelta(t, c.want, c.cfg.rate(c.step), 1e-12, "%+v at %d", c.cfg, c.step)
	}
}

// reference is an optimiser with its averages, element by element in float64.
type reference struct {
	cfg        Config
	p, m, v, e []float64
}

func newReference(cfg Config, p []float32) *reference {
	r := &reference{cfg: cfg, m: make([]float64, len(p)), v: make([]float64, len(p))}
	for _, x := range p {
		r.p = append(r.p, float64(x))
		r.e = append(r.e, float64(x))
	}
	return r
}

func (r *reference) step(t int, lr float64, grad []float32) {
	scale := 1.0
	if norm := norm(grad); r.cfg.ClipNorm > 0 && norm > r.cfg.ClipNorm {
		scale = r.cfg.ClipNorm / norm
	}
	b1, b2 := r.cfg.Beta1, r.cfg.Beta2
	for i := range r.p {
		g := scale * float64(grad[i])
		r.m[i] = b1*r.m[i] + (1-b1)*g
		r.v[i] = b2*r.v[i] + (1-b2)*g*g
		m, v := r.m[i]/(1-math.Pow(b1, float64(t))), math.Sqrt(r.v[i]/(1-math.Pow(b2, float64(t))))
		r.p[i] *= 1 - lr*r.cfg.WeightDecay
		if r.cfg.Optimizer == AdamW {
			r.p[i] -= lr * m / (v + 1e-8)
		} else {
			// Of the arc tangent only the numerator's correction is outside.
			r.p[i] -= lr / (1 - math.Pow(b1, float64(t))) * math.Atan2(r.m[i], v)
		}
		rate := r.cfg.EMARate
		if r.cfg.EMAWarmup {
			rate = min(rate, float64(1+t)/float64(10+t))
		}
		r.e[i] = rate*r.e[i] + (1-rate)*r.p[i]
	}
}

func norm(x []float32) float64 { return floats.Norm(wide(x), 2) }

// TestOptimiser holds several steps, warm-up and cosine included, against the
// reference. The vector is longer than one chunk of the parallel update.
func TestOptimiser(t *testing.T) {
	const lr, stepCount = 1e-2, 7
	rates := []float64{1. / 3, 2. / 3, 1, 0.5 + 0.25*(1+math.Sqrt2/2), 0.75, 0.5 + 0.25*(1-math.Sqrt2/2), 0.5}
	for _, c := range []struct {
		optimizer string
		clip      float64
		ema       float64
		warmup    bool // of the average
	}{
		{"", 0, 0.9, false}, {AdamATan2, 0, 0, false}, {AdamATan2, 0.7, 0.999, true},
		{AdamW, 0, 0.9, false}, {AdamW, 0.7, 0.4, true}, {AdamATan2, 1e6, 0.9, false},
	} {
		t.Run(fmt.Sprintf("%s/clip %g/ema %g", c.optimizer, c.clip, c.ema), func(t *testing.T) {
			arch := tinyArch()
			arch.HiddenSize, arch.LLayers = 32, 2
			cfg := tinyConfig(4, stepCount)
			cfg.LR, cfg.Optimizer, cfg.ClipNorm, cfg.EMARate = lr, c.optimizer, c.clip, c.ema
			cfg.EMAWarmup = c.warmup
			tr := newTrainer(t, newModel(t, kindGroups, arch), cfg, 2)
			require.Greater(t, len(tr.opt.p), chunk)
			ref := newReference(cfg, tr.opt.p)
			rng := rand.New(rand.NewPCG(5, 6))
			for i := range stepCount {
				for j := range tr.grad {
					tr.grad[j] = float32(rng.NormFloat64() * math.Exp2(-float64(j%20)))
				}
				ref.step(i+1, lr*rates[i], tr.grad)
				want := norm(tr.grad)
				require.NoError(t, tr.checkFinite(&Metrics{}))
				require.InEpsilon(t, want, tr.gradNorm, 1e-9, "the norm before clipping")
				tr.optimise()
				if c.clip > 0 && c.clip < want {
					require.InEpsilon(t, c.clip, norm(tr.Gradient()), 1e-5)
				}
				require.InEpsilon(t, lr*rates[i], tr.report(Metrics{}).LearningRate, 1e-12)
			}
			requireNear(t, ref.p, tr.opt.p, 2e-6)
			requireNear(t, ref.m, tr.opt.m, 1e-6)
			requireNear(t, ref.v, tr.opt.v, 1e-5)
			if c.ema == 0 {
				require.Nil(t, tr.EMA())
			} else {
				requireNear(t, ref.e, tr.EMA(), 2e-6)
			}
		})
	}
}

func requireNear(t *testing.T, want []float64, got []float32, tol float64) {
	t.Helper()
	for i, w := range want {
		if d := math.Abs(w - float64(got[i])); !(d <= tol*max(1, math.Abs(w))) {
			require.InDelta(t, w, got[i], tol, "element %d", i)
		}
	}
}

// TestPuzzleTable: its rate follows the schedule, gradients of one identifier
// are summed, and other rows stay.
func TestPuzzleTable(t *testing.T) {
	m := newModel(t, kindMLP, tinyArch())
	cfg := tinyConfig(4, 7)
	cfg.PuzzleLR, cfg.PuzzleWeightDecay = 0.1, 0.5
	tr := newTrainer(t, m, cfg, 1)
	table := m.PuzzleTable()
	for i := range table.Weights {
		table.Weights[i] = 1
	}
	copy(tr.batch.ids, []int32{2, 0, 2, 2})
	d := tr.batch.dPuzzles
	d[0], d[2*table.Dim], d[3*table.Dim] = 1, 1, -3 // in all -1 for identifier 2
	d[table.Dim+1] = 1e-30
	want := map[int32][]float64{0: {1, 1, 1}, 2: {1, 1, 1}}
	for _, rate := range []float64{1. / 3, 2. / 3, 1, 0.5 + 0.25*(1+math.Sqrt2/2)} {
		tr.optimise()
		for _, row := range want {
			for j := range row {
				row[j] *= 1 - 0.1*rate*0.5
			}
		}
		want[2][0] += 0.1 * rate
		want[0][1] -= 0.1 * rate
	}
	for id, row := range want {
		requireNear(t, row, table.Row(id)[:3], 1e-6)
	}
	for _, x := range table.Row(1) {
		require.Equal(t, float32(1), x)
	}
}
