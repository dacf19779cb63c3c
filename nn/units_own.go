package nn

import (
	"slices"

	"github.com/rereadml/reread/internal/simd"
)

// ownMap takes off the share that positions have in the sums of their own
// units: -(sum over kinds of W_o,k / (size - 1)). It is for the positions whose
// units are of the same sizes.
type ownMap struct {
	mix       *unitMix
	shares    []float32 // by kind: 1 / (size - 1)
	positions []int32   // in order; nil: all
	w         []float32 // [D, D], made anew from the maps by pack

	forward, backward simd.Packed
}

// ownMaps sorts positions by the sizes of their units.
func ownMaps(m *unitMix, shares [][]float32) []*ownMap {
	var maps []*ownMap
	for p, s := range shares {
		i := slices.IndexFunc(maps, func(o *ownMap) bool { return slices.Equal(o.shares, s) })
		if i < 0 {
			i = len(maps)
			maps = append(maps, &ownMap{mix: m, shares: s, w: make([]float32, m.d*m.d)})
		}
		maps[i].positions = append(maps[i].positions, int32(p))
	}
	if len(maps) == 1 {
		maps[0].positions = nil
	}
	return maps
}

// sum makes the map from those of the kinds.
func (o *ownMap) sum() {
	clear(o.w)
	for k, out := range o.mix.out {
		for i, w := range out.w.Value.Data() {
			o.w[i] -= o.shares[k] * w
		}
	}
}

func (o *ownMap) pack(p Precision, train bool) {
	o.sum()
	w := simd.Dense(o.w, o.mix.d, o.mix.d)
	pack(&o.forward, simd.Right, w.T(), p)
	o.backward = simd.Packed{}
	if train {
		pack(&o.backward, simd.Right, w, p)
	}
}

func (o *ownMap) packBackward(p Precision) {
	o.sum()
	pack(&o.backward, simd.Right, simd.Dense(o.w, o.mix.d, o.mix.d), p)
}

func (o *ownMap) depth() int { return o.mix.d }

// mapOwn stores the own share of positions of a puzzle in y [L, D].
func (s *scratch[T]) mapOwn(m *unitMix, y, v []T, positions bounds) {
	for _, o := range m.own {
		s.eachOwn(o, &o.forward, y, v, positions)
	}
}

// mapOwnBackward stores the gradient of v through the own share in dv [L, D].
func (s *scratch[T]) mapOwnBackward(m *unitMix, dv, d []T) {
	for _, o := range m.own {
		s.eachOwn(o, &o.backward, dv, d, bounds{0, m.positions})
	}
}

// eachOwn multiplies the rows of those of a map's positions that lie in some bounds.
func (s *scratch[T]) eachOwn(o *ownMap, w *simd.Packed, y, x []T, b bounds) {
	d := o.mix.d
	if o.positions == nil {
		simd.Gemm(&s.mul, simd.Dense(cutRows(y, b, d), b.len(), d), plain(cutRows(x, b, d), b.len(), d), operand[T](w), false)
		return
	}
	lo, _ := slices.BinarySearch(o.positions, int32(b.lo))
	hi, _ := slices.BinarySearch(o.positions, int32(b.hi))
	positions := o.positions[lo:hi]
	n := len(positions)
	some := grow(&s.some, 2*n*d)
	from, to := some[:n*d], some[n*d:]
	pick(from, x, positions, d)
	simd.Gemm(&s.mul, simd.Dense(to, n, d), plain(from, n, d), operand[T](w), false)
	for i, p := range positions {
		copy(y[int(p)*d:(int(p)+1)*d], to[i*d:])
	}
}

// pick copies the rows of the given positions.
func pick[T any](dst, src []T, positions []int32, d int) {
	for i, p := range positions {
		copy(dst[i*d:(i+1)*d], src[int(p)*d:])
	}
}

// ownGradient adds the gradients of the maps of all kinds through the own share,
// over n puzzles and calls with v and the gradients of the branch.
func (s *scratch[T]) ownGradient(m *unitMix, grad []float32, v, d []T, n int) {
	dw := grow(&s.wide, m.d*m.d)
	for _, o := range m.own {
		s.ownProduct(o, dw, v, d, n)
		for k, out := range m.out {
			g := out.w.In(grad)
			for i, x := range dw {
				g[i] -= o.shares[k] * x
			}
		}
	}
}

// ownProduct stores dᵀ·v over the positions of a map in dw.
func (s *scratch[T]) ownProduct(o *ownMap, dw []float32, v, d []T, n int) {
	m, rows := o.mix, n*o.mix.positions
	to := simd.Dense(dw, m.d, m.d)
	if o.positions == nil {
		simd.Gemm(&s.mul, to, flipped(d, rows, m.d), plain(v, rows, m.d), false)
		return
	}
	size, few := m.positions*m.d, len(o.positions)*m.d
	some := grow(&s.some, 2*few)
	for i := range n {
		pick(some[:few], v[i*size:], o.positions, m.d)
		pick(some[few:], d[i*size:], o.positions, m.d)
		simd.Gemm(&s.mul, to, flipped(some[few:], len(o.positions), m.d), plain(some[:few], len(o.positions), m.d), i > 0)
	}
}
