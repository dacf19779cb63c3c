package nn

import "github.com/rereadml/reread/internal/simd"

// scratch is the working memory of one goroutine that runs passes on numbers
// of type T: packing buffers of the matrix products and temporaries of the
// layers. The zero value is ready; its buffers grow to what the largest layer
// needs and are then reused.
type scratch[T simd.Element] struct {
	mul    simd.Scratch
	branch []T       // output of a residual branch, or the gradient into one
	hidden []T       // gradient of a branch's hidden activations
	some   []T       // rows of some positions
	cols   []float32 // sums of a column-wise norm
	wide   []float32 // one puzzle's numbers in float32
	head   headScratch[T]
	team   *team[T] // or nil
}

func grow[T simd.Element](buf *[]T, n int) []T {
	if cap(*buf) < n {
		*buf = simd.Aligned[T](n)
	}
	*buf = (*buf)[:n]
	return *buf
}
