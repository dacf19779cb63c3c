package nn

import (
	"fmt"

	"github.com/rereadml/reread/internal/simd"
)

// Precision is the type of a run's activations and of the operands of its
// matrix products, by its published name. Sums, weights, gradients of weights
// and the state of the optimiser are float32 at any precision.
type Precision string

// The precisions. An empty one is float32.
const (
	FP32 Precision = "float32"
	// BF16 rounds to bfloat16 wherever the published code does. CPUs with
	// AVX-512 BF16 multiply twice as fast in it; all others emulate it.
	BF16 Precision = "bfloat16"
)

// Validate reports a precision that does not exist.
func (p Precision) Validate() error {
	switch p {
	case "", FP32, BF16:
		return nil
	}
	return fmt.Errorf("nn: precision is %q, want %q or %q", string(p), FP32, BF16)
}

// operand is a packed weight.
func operand[T simd.Element](p *simd.Packed) simd.Operand[T] { return simd.Operand[T]{P: p} }

// plain is a row-major matrix of activations.
func plain[T simd.Element](x []T, rows, cols int) simd.Operand[T] {
	return simd.Operand[T]{M: simd.Dense(x, rows, cols)}
}

// flipped is the transpose of plain.
func flipped[T simd.Element](x []T, rows, cols int) simd.Operand[T] {
	return simd.Operand[T]{M: simd.Dense(x, rows, cols).T()}
}

func pack(dst *simd.Packed, side simd.Side, w simd.Matrix[float32], p Precision) {
	if p == BF16 {
		dst.PackBF16(side, w)
		return
	}
	dst.Pack(side, w)
}
