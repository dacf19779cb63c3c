package tensor

import (
	"fmt"

	"github.com/rereadml/reread/internal/simd"
)

// Multiplier computes matrix products. It owns the packing memory, which grows
// to what the largest product needs and is then reused, so that repeated
// products allocate nothing. The zero value is ready; a Multiplier belongs to
// one goroutine at a time.
type Multiplier struct {
	scratch simd.Scratch
}

// MatMul stores a·b in dst: dst [m, n], a [m, k], b [k, n]. dst must not share
// memory with a or b.
func (mul *Multiplier) MatMul(dst, a, b *Tensor) error {
	return mul.product("MatMul", dst, a, b, false, false)
}

// MatMulNT stores a·bᵀ in dst: dst [m, n], a [m, k], b [n, k]. It is the
// forward product of a linear layer with weight b.
func (mul *Multiplier) MatMulNT(dst, a, b *Tensor) error {
	return mul.product("MatMulNT", dst, a, b, false, true)
}

// MatMulTN stores aᵀ·b in dst: dst [m, n], a [k, m], b [k, n]. It is the weight
// gradient of a linear layer.
func (mul *Multiplier) MatMulTN(dst, a, b *Tensor) error {
	return mul.product("MatMulTN", dst, a, b, true, false)
}

func (mul *Multiplier) product(op string, dst, a, b *Tensor, ta, tb bool) error {
	for _, t := range []*Tensor{dst, a, b} {
		if len(t.shape) != 2 {
			return fmt.Errorf("tensor: %s needs matrices, got shape %v", op, t.shape)
		}
	}
	c, x, y := matrix(dst, false), matrix(a, ta), matrix(b, tb)
	if x.Cols != y.Rows || c.Rows != x.Rows || c.Cols != y.Cols {
		return fmt.Errorf("tensor: %s of %v and %v into %v: shapes do not fit", op, a.shape, b.shape, dst.shape)
	}
	simd.Gemm(&mul.scratch, c, simd.Operand[float32]{M: x}, simd.Operand[float32]{M: y}, false)
	return nil
}

func matrix(t *Tensor, transposed bool) simd.Matrix[float32] {
	m := simd.Dense(t.data, t.shape[0], t.shape[1])
	if transposed {
		return m.T()
	}
	return m
}
