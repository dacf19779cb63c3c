package nn

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/internal/simd"
)

// A levelCase is a level to differentiate, applied calls times to n puzzles:
// z = level(z + a + b), with b only in some calls, as recursions do it.
type levelCase struct {
	name         string
	n, positions int
	d, calls     int
	subs         func(ps *Params, c *levelCase) ([]sublayer, error)
}

func tinySwiGLU(ps *Params, prefix string, positions, d, inter int) *swiglu {
	return &swiglu{
		gateUp:    newGatedLinear(ps, prefix+".gate_up", d, inter),
		down:      newLinear(ps, prefix+".down", inter, d),
		positions: positions, d: d, inter: inter, eps: 1e-5,
	}
}

func tinyTokenSwiGLU(ps *Params, prefix string, positions, d, inter int) *tokenSwiGLU {
	return &tokenSwiGLU{
		gateUp:    newGatedTokenLinear(ps, prefix+".gate_up", positions, inter),
		down:      newTokenLinear(ps, prefix+".down", inter, positions),
		positions: positions, d: d, inter: inter, eps: 1e-5,
	}
}

// heads returns a maker of one attention sublayer. Three heads: the first
// sees all positions, the second two groups that interleave, the third groups
// with one of a single position.
func heads(turn, groups bool) func(ps *Params, c *levelCase) ([]sublayer, error) {
	return func(ps *Params, c *levelCase) ([]sublayer, error) {
		var tables *rope
		if turn {
			tables = newRoPE(c.positions, c.d/3, 100)
		}
		var ids [][]int
		if groups {
			ids = [][]int{nil, make([]int, c.positions), make([]int, c.positions)}
			for p := range c.positions {
				ids[1][p], ids[2][p] = p%2, min(p, 2)
			}
		}
		a, err := newAttention(ps, "att", c.positions, c.d, 3, tables, ids, 1e-5)
		return []sublayer{a}, err
	}
}

// blocks returns a maker of two whole blocks with hidden widths of the real
// rule.
func blocks(tokens bool) func(ps *Params, c *levelCase) ([]sublayer, error) {
	return func(ps *Params, c *levelCase) ([]sublayer, error) {
		var out []sublayer
		arch := &Arch{SeqLen: c.positions, HiddenSize: c.d, Expansion: 4}
		for i := range 2 {
			prefix := fmt.Sprint(i)
			if tokens {
				out = append(out, newTokenSwiGLU(ps, prefix+".mlp_t", arch))
			} else {
				a, err := newAttention(ps, prefix+".att", c.positions, c.d, 3, newRoPE(c.positions, c.d/3, 10000), nil, 1e-5)
				if err != nil {
					return nil, err
				}
				out = append(out, a)
			}
			out = append(out, newSwiGLU(ps, prefix+".mlp", arch))
		}
		return out, nil
	}
}

var levelCases = []levelCase{
	{"attention", 2, 5, 12, 1, heads(false, false)},
	{"attention with rope", 2, 7, 12, 1, heads(true, false)},
	{"attention with groups", 3, 5, 12, 1, heads(false, true)},
	{"attention with rope and groups", 2, 7, 12, 2, heads(true, true)},
	{"swiglu", 3, 5, 12, 1, func(ps *Params, c *levelCase) ([]sublayer, error) {
		return []sublayer{tinySwiGLU(ps, "mlp", c.positions, c.d, 6)}, nil
	}},
	{"token swiglu", 2, 7, 12, 1, func(ps *Params, c *levelCase) ([]sublayer, error) {
		return []sublayer{tinyTokenSwiGLU(ps, "mlp_t", c.positions, c.d, 5)}, nil
	}},
	{"swiglu, two calls", 2, 5, 12, 2, func(ps *Params, c *levelCase) ([]sublayer, error) {
		return []sublayer{tinySwiGLU(ps, "mlp", c.positions, c.d, 6)}, nil
	}},
	{"token swiglu, three calls", 3, 5, 24, 3, func(ps *Params, c *levelCase) ([]sublayer, error) {
		return []sublayer{tinyTokenSwiGLU(ps, "mlp_t", c.positions, c.d, 5)}, nil
	}},
	{"attention blocks", 2, 5, 24, 3, blocks(false)},
	{"token blocks", 3, 7, 12, 3, blocks(true)},
}

// levelRun is a levelCase set up: the numbers that go in, and the projections
// that make one number of what each call returns.
type levelRun struct {
	levelCase
	ps      Params
	level   *level
	tape    *levelTape[float32]
	s       scratch[float32]
	z, a, b []float32
	p       [][]float32
	work    []float32
}

func newLevelRun(t *testing.T, c levelCase) *levelRun {
	r := &levelRun{levelCase: c}
	subs, err := c.subs(&r.ps, &r.levelCase)
	require.NoError(t, err)
	built(t, &r.ps)
	r.level = &level{subs: subs}
	r.tape = newTape[float32](r.level, c.calls, c.n+1) // with room that stays unused
	rng := rand.New(rand.NewPCG(3, 1))
	size := c.n * c.positions * c.d
	r.z, r.a, r.b = Normals(rng, size, 1), Normals(rng, size, 0.5), Normals(rng, size, 0.5)
	for range c.calls {
		r.p = append(r.p, Normals(rng, size, 1))
	}
	r.work = make([]float32, size)
	return r
}

// injected returns b for the calls that have it.
func (r *levelRun) injected(call int) []float32 {
	if call%2 == 0 {
		return r.b
	}
	return nil
}

// injection returns a, with b in the calls that have it.
func (r *levelRun) injection(call int) []float32 {
	sum := slices.Clone(r.a)
	if b := r.injected(call); b != nil {
		simd.Add(sum, sum, b)
	}
	return sum
}

// packLevel lays out the weights of a level.
func packLevel(l *level, train bool) {
	for _, w := range l.weights() {
		w.pack(FP32, train)
	}
}

func (r *levelRun) loss() float64 {
	packLevel(r.level, false)
	copy(r.work, r.z)
	sum := 0.0
	for call := range r.calls {
		r.tape.forward(&r.s, call, r.n, r.work, r.injection(call))
		sum += Project(r.p[call], r.work)
	}
	return sum
}

// gradients runs all backward passes.
func (r *levelRun) gradients() []Variable {
	packLevel(r.level, true)
	d, da, db := make([]float32, len(r.z)), make([]float32, len(r.z)), make([]float32, len(r.z))
	for call := r.calls - 1; call >= 0; call-- {
		simd.Add(d, d, r.p[call])
		r.tape.backward(&r.s, call, r.n, d)
		simd.Add(da, da, d)
		if r.injected(call) != nil {
			simd.Add(db, db, d)
		}
	}
	grad := r.ps.NewVector()
	r.tape.gradient(&r.s, r.calls, r.n, grad)
	return append(weights(&r.ps, grad), Variable{"z", r.z, d}, Variable{"a", r.a, da}, Variable{"b", r.b, db})
}

func TestLevelGradients(t *testing.T) {
	for _, c := range levelCases {
		t.Run(c.name, func(t *testing.T) {
			EachLevel(t, func(t *testing.T) {
				r := newLevelRun(t, c)
				r.loss()
				vars := r.gradients()
				CheckElements(t, r.loss, LayerTolerance, vars...)
			})
		})
	}
}

// A tape that forgets, and calls that overwrite their input, make no
// difference to the numbers.
func TestInferenceTapeGivesTheSameBits(t *testing.T) {
	for _, c := range levelCases {
		t.Run(c.name, func(t *testing.T) {
			EachLevel(t, func(t *testing.T) {
				r := newLevelRun(t, c)
				r.loss()
				kept := slices.Clone(r.work)
				r.tape = newInferenceTape[float32](r.level, c.n)
				r.loss()
				require.Equal(t, kept, r.work)
			})
		})
	}
}

// Gradient adds, and Backward starts anew after another Forward.
func TestLevelPassesRepeat(t *testing.T) {
	for _, c := range levelCases {
		t.Run(c.name, func(t *testing.T) {
			r := newLevelRun(t, c)
			r.loss()
			first := r.gradients()
			r.loss()
			again := r.gradients()
			require.Equal(t, first, again)
		})
	}
}

// Without injections the level runs on z alone.
func TestLevelWithoutInjection(t *testing.T) {
	r := newLevelRun(t, levelCases[4])
	packLevel(r.level, false)
	bare, zero := slices.Clone(r.z), slices.Clone(r.z)
	r.tape.forward(&r.s, 0, r.n, bare, nil)
	r.tape.forward(&r.s, 0, r.n, zero, make([]float32, len(zero)))
	require.Equal(t, zero, bare)
}

// TapeSize counts what a tape has memory for.
func TestTapeSize(t *testing.T) {
	for _, c := range levelCases {
		l := newLevelRun(t, c).level
		tape := newTape[float32](l, 2, 3)
		n := len(tape.out.data)
		for _, sub := range tape.subs {
			for _, data := range [][]float32{sub.x.data, sub.inner.data, sub.mid.data, sub.norm.data, sub.sum.data, sub.gateUp.data} {
				n += len(data)
			}
		}
		require.Equal(t, n, 2*3*l.tapeSize(), c.name)
	}
}
