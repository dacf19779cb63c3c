package simd

// kernels are what a level computes with. Each level is one such literal; they
// are in kernels_generic.go, kernels_amd64.go and kernels_arm64.go.
//
// A kernel is called by its value here, so its slices must lie on the heap or
// move there: what passes through a function value escapes.
type kernels struct {
	level    Level
	features []feature // that the CPU needs, besides those of the levels below
	floats   floatKernels
	bf16     bf16Kernels
	packing  packing
	tile     tile
	pairs    *pairTile // nil where products of bfloat16 numbers are emulated
	shallow  *pairTile // instead of pairs, where k is below its unit; nil where that is 2
	quads    *quadTile // nil where those of 8-bit integers are
}

// A feature is a property of the CPU, by the name of its bit in
// golang.org/x/sys/cpu.
type feature struct {
	name string
	have bool
}

func (k *kernels) supported() bool {
	for _, f := range k.features {
		if !f.have {
			return false
		}
	}
	return true
}

// rowKernels are the kernels on rows of numbers of one type. Those of bfloat16
// numbers compute in float32 and round where the published code, run by PyTorch
// 1.13 on a CPU, does: a sum before it is normalised, and every operation of
// silu and its derivative.
type rowKernels[T Element] struct {
	add                 func(dst, a, b []T)
	siluMul             func(dst, gate, up []T)
	siluMulBackward     func(gate, up, dh []T)
	addRMSNormRows      func(y, x, res []T, r []float32, cols int, eps float32)
	rmsNormBackwardRows func(d, y []T, r []float32, cols int)
	addRMSNormCols      func(y, x, res []T, r []float32, rows int, eps float32)
	rmsNormBackwardCols func(d, y []T, r, tmp []float32, rows int)
	softmaxRows         func(p []T, x []float32, rows, cols, stride int, scale float32)
	softmaxBackwardRows func(ds []T, dp []float32, p []T, rows, cols, stride int, scale float32)
	rope                func(x []T, cos, sin []float32)
	sumRows             func(dst, src []T, index []int32, count, d int, scale float32, accumulate bool)
}

// floatKernels are the vector kernels on float32 numbers.
type floatKernels struct {
	rowKernels[float32]
	scale      func(x []float32, s float32)
	lerp       func(dst, src []float32, w float32)
	dot        func(a, b []float32) float32
	sumSquares func(x []float32) float64
	adamATan2  func(p, m, v, g []float32, w1, w2, decay, step, correction2 float32)
	adamW      func(p, m, v, g []float32, w1, w2, decay, step, correction2, eps float32)
}

// bf16Kernels are the vector kernels on bfloat16 numbers.
type bf16Kernels struct {
	rowKernels[BF16]
	widen func(dst []float32, src []BF16)
	round func(dst []BF16, src []float32)
}

// rowsOf returns the active kernels on rows of numbers of a type.
func rowsOf[T Element]() *rowKernels[T] {
	k := active.Load()
	if isBF16[T]() {
		return any(&k.bf16.rowKernels).(*rowKernels[T])
	}
	return any(&k.floats.rowKernels).(*rowKernels[T])
}

// packing copies operands into panels.
type packing struct {
	// runs copies the first panels·w columns of a matrix whose rows are
	// contiguous, as packRunsGeneric does.
	runs func(dst []float32, m Matrix[float32], w, panels int)
	// transpose8 stores the transpose of m, eight contiguous columns, in rows w
	// apart, and returns the number of rows it did.
	transpose8 func(dst []float32, m Matrix[float32], w int) (done int)
}

// A tile is what one call of a microkernel for float32 numbers computes: mr rows
// of the left operand times nr columns of the right one.
type tile struct {
	mr, nr      int
	inPlace     int  // up to so many rows, the right operand is read where it is
	leftInPlace bool // a left operand with contiguous columns is, too
	wholeRows   bool // numbers of a row of the left operand are contiguous: acs is 1
	// kernel computes rows x cols numbers at c, row stride ldc: the sum over
	// p < k of a[i*ars+p*acs] * b[p*bs+j], added to what is there with add. It
	// may read a whole tile's width of b.
	kernel func(rows, cols, k int, a []float32, ars, acs int, b []float32, bs int, c []float32, ldc int, add bool)
	// siluMul is that of rowKernels for blocks of nr columns, whose results become
	// rows of dst, stride apart. dst may be gate, with a stride of nr; if not, gate
	// is of no use afterwards.
	siluMul func(dst []float32, stride int, gate, up []float32)
	ceiling ceiling
}

// A pairTile is a tile of products of pairs of bfloat16 numbers.
type pairTile struct {
	mr, nr    int
	unit      int  // k is a multiple of it, by zeros behind the operands
	wholeRows bool // numbers of a row of the left operand are contiguous: acs is 2
	blockRows int  // between two passes over the right panels: a multiple of mr
	// kernel computes rows x cols numbers: the sum over p < pairs and q < 2 of
	// a[i*ars+p*acs+q] * b[p*bs+2*j+q], in c, or rounded in rounded, row stride
	// ldc, added to what is there with add.
	kernel func(rows, cols, pairs int, a []BF16, ars, acs int, b []BF16, bs int, c []float32, rounded []BF16, ldc int, add bool)
	// interleave stores pairs of adjacent rows of m, of at most nr columns, in
	// dst: number (p, j) at dst[p/2*step+2*j+p%2]. A missing last row is zero.
	interleave func(dst []BF16, step int, m Matrix[BF16])
	siluMul    func(dst []BF16, stride int, gate, up []BF16) // as that of a tile
	ceiling    ceiling
}

// A quadTile is a tile of products of quads of 8-bit integers.
type quadTile struct {
	mr, nr    int
	unit      int   // k is a multiple of it, by zeros behind the operands
	offset    uint8 // of the integers of a right operand: 128 where they are unsigned, or 0
	blockRows int   // between two passes over the right panels: a multiple of mr
	// kernel computes rows x cols numbers at c, row stride ldc: (start[i] + the
	// sum over p < quads and q < 4 of a[i*ars+4*p+q] * b[p*4*nr+4*j+q]) * left[i]
	// * right[j], added to what is there with add. start is zero without an offset.
	kernel func(rows, cols, quads int, a []int8, ars int, b []uint8, c []float32, ldc int, add bool, start []int32, left, right []float32)
	// quantizeRows stores the integers of contiguous rows, each padded to cache
	// lines, and -offset times the sum of each in start.
	quantizeRows func(dst []int8, m Matrix[float32], scales []float32, start []int32, offset uint8)
	// quantizePanel stores the integers of at most nr columns of a matrix whose
	// rows are contiguous, padded to quads, with the offset added to them.
	quantizePanel func(dst []uint8, m Matrix[float32], scales []float32, offset uint8)
	ceiling       ceiling
}

// A ceiling is a loop of a level's fastest instruction for a product on
// registers only.
type ceiling struct {
	run func(iterations int)
	ops int // additions and multiplications in an iteration
}
