package nn

import "github.com/rereadml/reread/internal/simd"

// gatedLinear is two linear maps in one, to gates and to ups: W is [2I, in], the
// gates' half first. The backward pass is that of one map.
type gatedLinear struct {
	linear
	up simd.Packed // forward is that of the gates
}

func newGatedLinear(ps *Params, name string, in, inter int) *gatedLinear {
	return &gatedLinear{linear: *newLinear(ps, name, in, 2*inter)}
}

// pack is [linear.pack].
func (l *gatedLinear) pack(p Precision, train bool) {
	gate, up := halves(l.matrix())
	pack(&l.forward, simd.Right, gate.T(), p)
	pack(&l.up, simd.Right, up.T(), p)
	packOrDrop(l, &l.backward, p, train)
}

// gatedTokenLinear is gatedLinear for the token axis.
type gatedTokenLinear struct {
	tokenLinear
	up simd.Packed
}

func newGatedTokenLinear(ps *Params, name string, in, inter int) *gatedTokenLinear {
	return &gatedTokenLinear{tokenLinear: *newTokenLinear(ps, name, in, 2*inter)}
}

// pack is [linear.pack].
func (l *gatedTokenLinear) pack(p Precision, train bool) {
	gate, up := halves(l.matrix())
	pack(&l.forward, simd.Left, gate, p)
	pack(&l.up, simd.Left, up, p)
	packOrDrop(l, &l.backward, p, train)
}

// halves returns the upper and the lower half of a matrix.
func halves(m simd.Matrix[float32]) (upper, lower simd.Matrix[float32]) {
	n := m.Rows / 2
	return simd.Dense(m.Data[:n*m.Cols], n, m.Cols), simd.Dense(m.Data[n*m.Cols:], n, m.Cols)
}

// gated stores silu(gate)·up in y [rows, I], of the gates and ups of x [rows, in].
// These stay in gateUp [rows, 2I], or are forgotten where that is nil.
func (s *scratch[T]) gated(l *gatedLinear, y, gateUp, x []T, rows int) {
	inter := l.out / 2
	var gates, ups simd.Matrix[T]
	if gateUp != nil {
		gates = simd.Matrix[T]{Data: gateUp, Rows: rows, Cols: inter, RS: l.out, CS: 1}
		ups = gates
		ups.Data = gateUp[inter:]
	}
	simd.GemmSiLUMul(&s.mul, simd.Dense(y, rows, inter), gates, ups, simd.Dense(x, rows, l.in), &l.forward, &l.up)
}

// gatedTokens is gated for x [in, D], y [I, D] and gateUp [2I, D] of each of n puzzles
// with d channels.
func (s *scratch[T]) gatedTokens(l *gatedTokenLinear, y, gateUp, x []T, n, d int) {
	inter := l.out / 2
	half := inter * d
	for i := range n {
		var gates, ups simd.Matrix[T]
		if gateUp != nil {
			gates = simd.Dense(gateUp[2*i*half:(2*i+1)*half], inter, d)
			ups = simd.Dense(gateUp[(2*i+1)*half:(2*i+2)*half], inter, d)
		}
		simd.GemmSiLUMul(&s.mul, simd.Dense(y[i*half:(i+1)*half], inter, d), gates, ups, simd.Dense(x[i*l.in*d:], l.in, d), &l.forward, &l.up)
	}
}
