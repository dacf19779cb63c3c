package safetensors

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// A DType is the element type of a stored tensor, spelled as in the header.
type DType string

// The element types of the format, from narrow to wide. [File.ReadBytes] reads
// all of them; the converting methods say which they accept.
const (
	Bool       DType = "BOOL"
	F4         DType = "F4"
	F6E2M3     DType = "F6_E2M3"
	F6E3M2     DType = "F6_E3M2"
	U8         DType = "U8"
	I8         DType = "I8"
	F8E5M2     DType = "F8_E5M2"
	F8E4M3     DType = "F8_E4M3"
	F8E8M0     DType = "F8_E8M0"
	F8E4M3FNUZ DType = "F8_E4M3FNUZ"
	F8E5M2FNUZ DType = "F8_E5M2FNUZ"
	I16        DType = "I16"
	U16        DType = "U16"
	F16        DType = "F16"
	BF16       DType = "BF16"
	I32        DType = "I32"
	U32        DType = "U32"
	F32        DType = "F32"
	C64        DType = "C64"
	F64        DType = "F64"
	I64        DType = "I64"
	U64        DType = "U64"
)

// dtypes lists the element types in the reference implementation's order, which
// decides the order of tensors in a written file.
var dtypes = []struct {
	dtype DType
	bits  int
}{
	{Bool, 8},
	{F4, 4},
	{F6E2M3, 6},
	{F6E3M2, 6},
	{U8, 8},
	{I8, 8},
	{F8E5M2, 8},
	{F8E4M3, 8},
	{F8E8M0, 8},
	{F8E4M3FNUZ, 8},
	{F8E5M2FNUZ, 8},
	{I16, 16},
	{U16, 16},
	{F16, 16},
	{BF16, 16},
	{I32, 32},
	{U32, 32},
	{F32, 32},
	{C64, 64},
	{F64, 64},
	{I64, 64},
	{U64, 64},
}

// rank is the position of d in dtypes, or -1.
func (d DType) rank() int {
	for i := range dtypes {
		if dtypes[i].dtype == d {
			return i
		}
	}
	return -1
}

// Bits returns the size of one element in bits, or 0 for a dtype that the
// format does not have. Some types are narrower than a byte.
func (d DType) Bits() int {
	if i := d.rank(); i >= 0 {
		return dtypes[i].bits
	}
	return 0
}

// extent returns the number of elements of a tensor and its size in bytes. It
// is the one place where shapes that come from a file are multiplied.
func extent(d DType, shape []int) (elements int, size int64, err error) {
	elements, err = product(shape)
	if err != nil {
		return 0, 0, err
	}
	width := d.Bits()
	if width == 0 {
		return 0, 0, fmt.Errorf("unknown dtype %q", string(d))
	}
	hi, total := bits.Mul64(uint64(elements), uint64(width))
	if hi != 0 || total > math.MaxInt64 {
		return 0, 0, fmt.Errorf("the size of shape %v of %s overflows", shape, d)
	}
	if total%8 != 0 {
		return 0, 0, fmt.Errorf("shape %v of %s does not end on a whole byte", shape, d)
	}
	return elements, int64(total / 8), nil
}

// product multiplies the dimensions from left to right. Like the reference
// implementation it reports an overflow even if a later dimension is zero.
func product(shape []int) (int, error) {
	n := uint64(1)
	for _, dim := range shape {
		if dim < 0 {
			return 0, fmt.Errorf("negative dimension in shape %v", shape)
		}
		var hi uint64
		hi, n = bits.Mul64(n, uint64(dim))
		if hi != 0 || n > math.MaxInt {
			return 0, fmt.Errorf("the number of elements of shape %v overflows", shape)
		}
	}
	return int(n), nil
}

// An Info describes one tensor.
type Info struct {
	Name  string
	DType DType
	// Shape is empty for a scalar and may contain zeros.
	Shape []int
	// Bytes is the size of the tensor's data.
	Bytes int64

	elements int
}

// Elements returns the number of elements, the product of the shape.
func (i Info) Elements() int { return i.elements }

func (i Info) clone() Info {
	i.Shape = slices.Clone(i.Shape)
	return i
}
