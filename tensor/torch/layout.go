package torch

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/rereadml/reread/tensor"
)

// A layout says which elements of a storage make up a tensor.
type layout struct {
	storage *storage
	dtype   tensor.DType
	offset  int64 // in elements, as are the strides
	shape   []int
	stride  []int
}

// maxDims is PyTorch's limit.
const maxDims = 64

// layout reads the arguments: a storage, an offset, a shape, strides, two things
// that matter in training, in the third version a type, and perhaps the bits of a
// tensor whose values are others than those stored.
func (v *view) layout() (*layout, error) {
	least, bits := 4, 6
	switch v.function {
	case rebuild + "tensor", rebuild + "tensor_v2":
	case rebuild + "tensor_v3":
		least, bits = 7, 7
	default:
		return nil, fmt.Errorf("%s is not supported", v.function)
	}
	if len(v.args) < least {
		return nil, fmt.Errorf("%d arguments, want at least %d", len(v.args), least)
	}
	if len(v.args) > bits {
		if d, ok := v.args[bits].(*dict); ok && len(d.items) > 0 {
			return nil, errors.New("views that negate or conjugate are not supported")
		}
	}
	s, ok := v.args[0].(*storage)
	if !ok {
		return nil, errors.New("it has no storage in the file")
	}
	l := &layout{storage: s, dtype: storageTypes[s.kind]}
	what := value(global(s.kind))
	if least == 7 {
		what = v.args[6]
		dtype, _ := what.(global)
		l.dtype = dtypes[dtype]
	}
	if l.dtype == "" {
		return nil, fmt.Errorf("its type, %s, is not supported", describe(what))
	}
	return l, l.place(v.args[1], v.args[2], v.args[3])
}

func (l *layout) place(offset, shape, stride value) (err error) {
	at, ok := offset.(int64)
	if !ok || at < 0 {
		return fmt.Errorf("its offset is %s, want a whole number from 0 on", describe(offset))
	}
	l.offset = at
	if l.shape, err = naturals(shape); err != nil {
		return fmt.Errorf("its shape: %w", err)
	}
	if l.stride, err = naturals(stride); err != nil {
		return fmt.Errorf("its strides: %w", err)
	}
	if len(l.shape) != len(l.stride) {
		return fmt.Errorf("it has %d dimensions and %d strides", len(l.shape), len(l.stride))
	}
	return nil
}

func naturals(v value) ([]int, error) {
	list, ok := v.(tuple)
	if !ok || len(list) > maxDims {
		return nil, fmt.Errorf("%s, want a tuple of at most %d numbers", describe(v), maxDims)
	}
	out := make([]int, len(list))
	for i, v := range list {
		x, ok := v.(int64)
		if !ok || x < 0 || int64(int(x)) != x {
			return nil, fmt.Errorf("%s, want a whole number from 0 to %d", describe(v), math.MaxInt)
		}
		out[i] = int(x)
	}
	return out, nil
}

// check reports a layout with elements that the storage, of size bytes in the file,
// does not have, or of some more than once.
func (l *layout) check(size int64) error {
	count, width := l.storage.count, int64(l.dtype.Bits()/8)
	if l.storage.kind == untypedStorage {
		count /= width
	}
	if count < 0 || count > size/width {
		return fmt.Errorf("storage %q of %d elements of %s has %d bytes", l.storage.key, count, l.dtype, size)
	}
	if slices.Contains(l.shape, 0) {
		return nil
	}
	// From the narrowest stride on, each step has to leave behind all elements
	// so far, which are those up to last.
	order := make([]int, len(l.shape))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(l.stride[a], l.stride[b]) })
	room, last := count-1-l.offset, int64(0)
	inside := room >= 0
	for _, i := range order {
		steps, stride := int64(l.shape[i]-1), int64(l.stride[i])
		if steps == 0 || !inside {
			continue
		}
		if stride <= last {
			return fmt.Errorf("elements overlap: shape %v has strides %v", l.shape, l.stride)
		}
		if inside = stride <= (room-last)/steps; inside {
			last += steps * stride
		}
	}
	if !inside {
		return fmt.Errorf("shape %v with strides %v from element %d on is outside of storage %q of %d elements",
			l.shape, l.stride, l.offset, l.storage.key, count)
	}
	return nil
}

// entry describes the tensor, whose storage is a file.
func (l *layout) entry(name string, storage file) (tensor.Entry, error) {
	if err := l.check(storage.size); err != nil {
		return tensor.Entry{}, err
	}
	info, err := tensor.NewInfo(name, l.dtype, l.shape)
	return tensor.Entry{Info: info, Data: l.rows(storage)}, err
}
