package nn

import "github.com/rereadml/reread/internal/simd"

// Scratch is the working memory of one goroutine: packing buffers of the
// matrix products and temporaries of the layers. The zero value is ready; its
// buffers grow to what the largest layer needs and are then reused.
type Scratch struct {
	mul    simd.Scratch
	branch []float32 // output of a residual branch, or the gradient into one
	hidden []float32 // gradient of a branch's hidden activations
	cols   []float32 // sums of a column-wise norm
	head   headScratch
}

func grow(buf *[]float32, n int) []float32 {
	if cap(*buf) < n {
		*buf = simd.Floats(n)
	}
	*buf = (*buf)[:n]
	return *buf
}
