package tensor

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// An Info describes one stored tensor.
type Info struct {
	Name  string
	DType DType
	// Shape is empty for a scalar and may contain zeros.
	Shape []int
	// Bytes is the size of the tensor's data.
	Bytes int64

	elements int
}

// NewInfo describes a tensor. It is an error if the dtype is not among the
// constants, a dimension is negative, the size overflows, or the data would not
// end on a whole byte.
func NewInfo(name string, dtype DType, shape []int) (Info, error) {
	elements, err := numElements(shape)
	if err != nil {
		return Info{}, err
	}
	width := dtype.Bits()
	if width == 0 {
		return Info{}, fmt.Errorf("unknown dtype %q", string(dtype))
	}
	hi, total := bits.Mul64(uint64(elements), uint64(width))
	if hi != 0 || total > math.MaxInt64 {
		return Info{}, fmt.Errorf("the size of shape %v of %s overflows", shape, dtype)
	}
	if total%8 != 0 {
		return Info{}, fmt.Errorf("shape %v of %s does not end on a whole byte", shape, dtype)
	}
	return Info{Name: name, DType: dtype, Shape: slices.Clone(shape), Bytes: int64(total / 8), elements: elements}, nil
}

// Elements returns the number of elements, the product of the shape.
func (i Info) Elements() int { return i.elements }

// row checks a range of rows and returns the number of elements in one.
func (i Info) row(lo, hi int) (int, error) {
	if len(i.Shape) > 0 && (lo < 0 || hi < lo || hi > i.Shape[0]) {
		return 0, fmt.Errorf("rows %d to %d are outside of shape %v", lo, hi, i.Shape)
	}
	return i.rowElements()
}

// rowElements returns the number of elements in a row, 0 if there is none. It divides
// rather than multiplies: in a shape with a zero in front the other dimensions are
// free to overflow.
func (i Info) rowElements() (int, error) {
	if len(i.Shape) == 0 {
		return 0, fmt.Errorf("a scalar has no rows")
	}
	if i.Shape[0] == 0 {
		return 0, nil
	}
	return i.elements / i.Shape[0], nil
}
