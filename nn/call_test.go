package nn

import (
	"math/rand/v2"

	"github.com/rereadml/reread/internal/simd"
)

// NetworkCall returns a call of a model's first network on one puzzle, as
// inference does it at the precision that the model is laid out for.
func NetworkCall(m *Model) func() {
	if m.Precision() == BF16 {
		return networkCall[simd.BF16](m)
	}
	return networkCall[float32](m)
}

func networkCall[T simd.Element](m *Model) func() {
	var s scratch[T]
	tape := newInferenceTape[T](m.levels[0], 1)
	n := m.arch.Positions() * m.arch.HiddenSize
	z, injection := simd.Aligned[T](n), simd.Aligned[T](n)
	simd.Convert(injection, Normals(rand.New(rand.NewPCG(1, 2)), n, 0.3))
	return func() { tape.forward(&s, 0, 1, z, injection) }
}
