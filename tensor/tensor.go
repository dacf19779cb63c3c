package tensor

import (
	"fmt"
	"math"
	"slices"
)

// Tensor is a dense, row-major array of float32 numbers.
type Tensor struct {
	shape []int
	data  []float32
}

// New returns a tensor of zeros. Dimensions must not be negative; no
// dimensions make a scalar.
func New(shape ...int) (*Tensor, error) {
	n, err := Size(shape)
	if err != nil {
		return nil, err
	}
	return &Tensor{shape: slices.Clone(shape), data: make([]float32, n)}, nil
}

// FromSlice returns a tensor over data, which it shares.
func FromSlice(data []float32, shape ...int) (*Tensor, error) {
	n, err := Size(shape)
	if err != nil {
		return nil, err
	}
	if n != len(data) {
		return nil, fmt.Errorf("tensor: shape %v holds %d numbers, got %d", shape, n, len(data))
	}
	return &Tensor{shape: slices.Clone(shape), data: data}, nil
}

// Size returns the number of elements of a shape, or an error if a dimension
// is negative or the product overflows.
func Size(shape []int) (int, error) {
	n, err := numElements(shape)
	if err != nil {
		return 0, fmt.Errorf("tensor: %w", err)
	}
	return n, nil
}

// numElements multiplies the dimensions from left to right. Like the reference
// implementation of safetensors it reports an overflow even if a later dimension
// is zero.
func numElements(shape []int) (int, error) {
	n := 1
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("negative dimension in shape %v", shape)
		}
		if d > 0 && n > math.MaxInt/d {
			return 0, fmt.Errorf("shape %v is too large: the number of elements overflows", shape)
		}
		n *= d
	}
	return n, nil
}

// Shape returns the dimensions. The caller must not change them.
func (t *Tensor) Shape() []int { return t.shape }

// Data returns the numbers in row-major order, shared with the tensor.
func (t *Tensor) Data() []float32 { return t.data }

// Len returns the number of elements.
func (t *Tensor) Len() int { return len(t.data) }

// Reshape returns a tensor of another shape over the same numbers.
func (t *Tensor) Reshape(shape ...int) (*Tensor, error) { return FromSlice(t.data, shape...) }

// Clone returns a copy that shares nothing with t.
func (t *Tensor) Clone() *Tensor {
	return &Tensor{shape: slices.Clone(t.shape), data: slices.Clone(t.data)}
}

// CopyFrom copies the numbers of src, which must have the same shape.
func (t *Tensor) CopyFrom(src *Tensor) error {
	if !slices.Equal(t.shape, src.shape) {
		return fmt.Errorf("tensor: copy of shape %v into %v", src.shape, t.shape)
	}
	copy(t.data, src.data)
	return nil
}
