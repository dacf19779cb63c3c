package nn

import (
	"fmt"
	"sync"
	"time"

	"github.com/rereadml/reread/internal/simd"
)

// Precision is the type of a run's activations and of the operands of its
// matrix products, by its published name. Sums, weights, gradients of weights
// and the state of the optimiser are float32 at any precision.
type Precision string

// The precisions. An empty one is float32.
const (
	FP32 Precision = "float32"
	// BF16 rounds to bfloat16 wherever the published code does. AMD CPUs with
	// AVX-512 BF16 multiply twice as fast in it as in float32, Intel's with AMX
	// several times as fast, with AVX-512 BF16 alone half as fast; all others
	// emulate it.
	BF16 Precision = "bfloat16"
	// INT8 multiplies 8-bit integers: weights with a scale for each output,
	// activations with one for each row, or for each channel where positions are
	// mixed. All else is float32. It is for inference; CPUs with AVX-512 VNNI
	// multiply four times as fast in it as in float32, those without emulate it.
	INT8 Precision = "int8"
)

// Fastest stands for the faster of float32 and bfloat16 on this CPU, which
// [Model.Precision] tells after [Model.Pack]. Both are precisions that models
// are published in; int8, which is faster still on many CPUs, changes the
// weights and has to be asked for.
const Fastest Precision = "fastest"

// errInference is about training in integers.
var errInference = fmt.Errorf("nn: %s is for inference only", INT8)

// SIMDLevel returns the name of the kernels that this process runs on, such as
// "avx2", and on which the last bits of all results depend. The error says why they
// are not those that the environment variable REREAD_SIMD asks for.
func SIMDLevel() (string, error) { return simd.Active().String(), simd.EnvError() }

// Validate reports a precision that does not exist.
func (p Precision) Validate() error {
	switch p {
	case "", FP32, BF16, INT8, Fastest:
		return nil
	}
	return fmt.Errorf("nn: precision is %q, want %q, %q, %q or %q", string(p), FP32, BF16, INT8, Fastest)
}

// Resolve returns the precision that p stands for: float32 when it is empty, one of the
// two for [Fastest].
func (p Precision) Resolve() (Precision, error) {
	switch p {
	case "":
		return FP32, nil
	case Fastest:
		return fastest(), nil
	}
	return p, p.Validate()
}

// fastest times both loops of multiply-adds on registers, for less than a
// millisecond: CPUs differ by a factor of four in what bfloat16 gains.
var fastest = sync.OnceValue(func() Precision {
	const iterations, tries = 1 << 13, 5
	rate := func(loop func(simd.Level, int) float64) float64 {
		best := 0.0
		for range tries {
			start := time.Now()
			ops := loop(simd.Active(), iterations)
			best = max(best, ops/max(time.Since(start).Seconds(), 1e-9))
		}
		return best
	}
	if rate(simd.CeilingBF16) > rate(simd.CeilingFMA) {
		return BF16
	}
	return FP32
})

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

// pack lays out a weight.
func pack(dst *simd.Packed, side simd.Side, w simd.Matrix[float32], p Precision) {
	switch p {
	case BF16:
		dst.PackBF16(side, w)
	case INT8:
		dst.PackInt8(side, w)
	default:
		dst.Pack(side, w)
	}
}
