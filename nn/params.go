package nn

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/tensor"
)

// Params is the ordered set of a model's trainable tensors. They lie in one
// flat vector, so that gradients, optimiser moments and averages are vectors
// of the same layout and updates run over them at memory speed.
type Params struct {
	list []*Param
	data []float32
}

// Param is one trainable tensor.
type Param struct {
	Name   string // published name, without any prefix
	Value  *tensor.Tensor
	shape  []int
	init   func(rng *rand.Rand, w []float32)
	off    int
	hidden bool
}

// maxNumbers bounds the numbers of a model, 256 GiB of them, or 1 GiB where
// addresses have 32 bits, so that a nonsense configuration is an error and not a
// failed allocation.
const maxNumbers = min(1<<36, math.MaxInt/8)

// align keeps every parameter on a cache line.
const align = 16

// add registers a parameter. Its Value exists after build.
func (p *Params) add(name string, init func(*rand.Rand, []float32), shape ...int) *Param {
	q := &Param{Name: name, init: init, shape: shape}
	p.list = append(p.list, q)
	return q
}

// build allocates the vector and gives every parameter its view of it.
func (p *Params) build() error {
	total := 0
	for _, q := range p.list {
		n, err := tensor.Size(q.shape)
		if err != nil {
			return fmt.Errorf("nn: parameter %q: %w", q.Name, err)
		}
		if int64(n) > maxNumbers-int64(total) {
			return fmt.Errorf("nn: the model is too large at parameter %q, of shape %v", q.Name, q.shape)
		}
		q.off = total
		total += (n + align - 1) / align * align
	}
	p.data = simd.Floats(total)
	for _, q := range p.list {
		n, _ := tensor.Size(q.shape)
		v, err := tensor.FromSlice(p.data[q.off:q.off+n:q.off+n], q.shape...)
		if err != nil {
			return err
		}
		q.Value = v
	}
	return nil
}

// draw draws fresh weights, parameter by parameter in order.
func (p *Params) draw(rng *rand.Rand) {
	for _, q := range p.list {
		q.init(rng, q.Value.Data())
	}
}

// All returns the parameters in order. The caller must not change the slice.
func (p *Params) All() []*Param { return p.list }

// Data returns the flat vector of all parameters. Gaps between parameters are
// zero and stay zero.
func (p *Params) Data() []float32 { return p.data }

// NewVector returns zeros in the layout of [Params.Data].
func (p *Params) NewVector() []float32 { return simd.Floats(len(p.data)) }

// Count returns the number of trainable numbers.
func (p *Params) Count() int {
	n := 0
	for _, q := range p.list {
		n += q.Value.Len()
	}
	return n
}

// Hidden reports whether the parameter is part of a network, which maps hidden
// states to hidden states, and not of the embedding or the read-out.
func (q *Param) Hidden() bool { return q.hidden }

// In returns this parameter's part of a vector in the layout of [Params.Data].
func (q *Param) In(vector []float32) []float32 {
	n := q.Value.Len()
	return vector[q.off : q.off+n : q.off+n]
}
