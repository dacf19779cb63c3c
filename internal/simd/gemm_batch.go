package simd

// Each stands for matrices of one shape: M is the first, and each begins Next
// numbers behind the one before.
type Each[T Element] struct {
	M    Matrix[T]
	Next int
	// Padded says of left operands that a zero follows each row of odd length,
	// as [SoftmaxRows] leaves it.
	Padded bool
}

// T returns the transposes.
func (e Each[T]) T() Each[T] { return Each[T]{M: e.M.T(), Next: e.Next} }

// GemmBatch is [Gemm] for each of n products, for which it is faster than as
// many calls where they are small.
func GemmBatch[C, T Element](s *Scratch, n int, c Each[C], a, b Each[T], accumulate bool) {
	if n == 0 {
		return
	}
	if a.Padded {
		a.M.from((n - 1) * a.Next).checkPadded()
	}
	p := plan{kernels: active.Load(), batch: batch{n, c.Next, a.Next, b.Next, a.Padded}, accumulate: accumulate}
	gemmBatch(s, p, c.M, Operand[T]{M: a.M}, Operand[T]{M: b.M})
}

// batch is a number of products of one shape, and how far the matrices of one
// lie behind those of the one before.
type batch struct {
	n                   int
	nextC, nextA, nextB int
	padded              bool // the left operands
}
