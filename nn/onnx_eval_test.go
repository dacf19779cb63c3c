package nn_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// run evaluates a graph in float64, one node after the other.
func (m *onnxModel) run(t *testing.T, inputs map[string]array) map[string]array {
	values := map[string]array{}
	for name, c := range m.constants {
		values[name] = c
	}
	for name, in := range inputs {
		values[name] = in
	}
	for _, n := range m.nodes {
		var in []array
		for _, name := range n.in {
			require.Contains(t, values, name, "read before it is computed")
			in = append(in, values[name])
		}
		op, ok := operators[n.op]
		require.True(t, ok, "operator %s", n.op)
		for i, out := range op(&n, in) {
			values[n.out[i]] = out
		}
	}
	return values
}

// operators are those in use, as the format defines them for the attributes
// in use.
var operators = map[string]func(n *onnxNode, in []array) []array{
	"Add":     arithmetic(func(x, y float64) float64 { return x + y }),
	"Mul":     arithmetic(func(x, y float64) float64 { return x * y }),
	"Sub":     arithmetic(func(x, y float64) float64 { return x - y }),
	"Equal":   comparison(func(x, y float64) bool { return x == y }),
	"Greater": comparison(func(x, y float64) bool { return x > y }),
	"Div":     divide,
	"Mod":     modulo,
	"Cast":    cast,
	"Sqrt":    elementwise(func(x []float64) float64 { return math.Sqrt(x[0]) }),
	"Sigmoid": elementwise(func(x []float64) float64 { return 1 / (1 + math.Exp(-x[0])) }),
	"Where": elementwise(func(x []float64) float64 {
		if x[0] != 0 {
			return x[1]
		}
		return x[2]
	}),
	"MatMul":     matMul,
	"Softmax":    softmax,
	"ReduceMean": reduceMean,
	"Gather":     gather,
	"Concat":     concat,
	"Split":      split,
	"Slice":      sliceOp,
	"Pad":        pad,
	"Reshape":    reshape,
	"Unsqueeze":  unsqueeze,
	"Transpose":  transpose,
}

// build returns an array whose element at an index is f of it.
func build(shape []int, f func(index []int) float64) array {
	a := array{shape: shape, data: make([]float64, volume(shape))}
	index := make([]int, len(shape))
	for i := range a.data {
		a.data[i] = f(index)
		for d := len(shape) - 1; d >= 0; d-- {
			if index[d]++; index[d] < shape[d] {
				break
			}
			index[d] = 0
		}
	}
	return a
}

// at returns the element at an index, from which leading dimensions may be
// missing and in which those of size 1 are repeated.
func (a *array) at(index []int) float64 {
	index = index[len(index)-len(a.shape):]
	offset := 0
	for d, i := range index {
		offset *= a.shape[d]
		if a.shape[d] > 1 {
			offset += i
		}
	}
	return a.data[offset]
}

// broadcast returns the common shape.
func broadcast(shapes ...[]int) []int {
	var common []int
	for _, s := range shapes {
		common = slices.Concat(slices.Repeat([]int{1}, max(len(s)-len(common), 0)), common)
		for d, n := range s {
			if at := d + len(common) - len(s); common[at] == 1 {
				common[at] = n
			} else if n != 1 && n != common[at] {
				panic("shapes do not fit")
			}
		}
	}
	return common
}

func elementwise(f func(x []float64) float64) func(*onnxNode, []array) []array {
	return func(_ *onnxNode, in []array) []array {
		var shapes [][]int
		for _, a := range in {
			shapes = append(shapes, a.shape)
		}
		x := make([]float64, len(in))
		return []array{build(broadcast(shapes...), func(index []int) float64 {
			for i := range in {
				x[i] = in[i].at(index)
			}
			return f(x)
		})}
	}
}

// arithmetic is an operator on two numbers of one type, which is the result's.
func arithmetic(f func(x, y float64) float64) func(*onnxNode, []array) []array {
	apply := elementwise(func(x []float64) float64 { return f(x[0], x[1]) })
	return func(n *onnxNode, in []array) []array {
		if in[0].integer != in[1].integer {
			panic(n.op + " of an integer and another number")
		}
		out := apply(n, in)
		out[0].integer = in[0].integer
		return out
	}
}

func divide(n *onnxNode, in []array) []array {
	return arithmetic(func(x, y float64) float64 {
		if in[0].integer {
			return math.Trunc(x / y)
		}
		return x / y
	})(n, in)
}

func modulo(n *onnxNode, in []array) []array {
	if !in[0].integer {
		panic("without the attribute fmod, Mod is for integers")
	}
	return arithmetic(math.Mod)(n, in)
}

// cast makes floating-point numbers or integers.
func cast(n *onnxNode, in []array) []array {
	switch to := n.ints["to"]; {
	case slices.Equal(to, []int{1}):
		return []array{{shape: in[0].shape, data: in[0].data}}
	case slices.Equal(to, []int{7}):
		return []array{{shape: in[0].shape, data: in[0].data, integer: true}}
	}
	panic("cast to another type")
}

// axis returns the attribute as a dimension of a.
func (n *onnxNode) axis(a array) int {
	if list := n.ints["axis"]; len(list) > 0 {
		return (list[0] + len(a.shape)) % len(a.shape)
	}
	return 0
}

func matMul(_ *onnxNode, in []array) []array {
	a, b := in[0], in[1]
	ra, rb := len(a.shape)-2, len(b.shape)-2
	shape := append(broadcast(a.shape[:ra], b.shape[:rb]), a.shape[ra], b.shape[rb+1])
	if a.shape[ra+1] != b.shape[rb] {
		panic("inner dimensions do not fit")
	}
	left, right := make([]int, len(shape)), make([]int, len(shape))
	last := len(shape) - 1
	return []array{build(shape, func(index []int) float64 {
		copy(left, index)
		copy(right, index)
		sum := 0.0
		for k := range b.shape[rb] {
			left[last], right[last-1] = k, k
			sum += a.at(left) * b.at(right)
		}
		return sum
	})}
}

func softmax(n *onnxNode, in []array) []array {
	size := in[0].shape[n.axis(in[0])]
	if n.axis(in[0]) != len(in[0].shape)-1 {
		panic("softmax over an axis that is not the last")
	}
	out := array{shape: in[0].shape, data: slices.Clone(in[0].data)}
	for row := range slices.Chunk(out.data, size) {
		top, sum := slices.Max(row), 0.0
		for i := range row {
			row[i] = math.Exp(row[i] - top)
			sum += row[i]
		}
		for i := range row {
			row[i] /= sum
		}
	}
	return []array{out}
}

func reduceMean(n *onnxNode, in []array) []array {
	a, shape := in[0], slices.Clone(in[0].shape)
	axis := (n.ints["axes"][0] + len(shape)) % len(shape)
	shape[axis] = 1
	return []array{build(shape, func(index []int) float64 {
		at, sum := slices.Clone(index), 0.0
		for at[axis] = range a.shape[axis] {
			sum += a.at(at)
		}
		return sum / float64(a.shape[axis])
	})}
}

func gather(n *onnxNode, in []array) []array {
	a, ids, axis := in[0], in[1], n.axis(in[0])
	shape := slices.Concat(a.shape[:axis], ids.shape, a.shape[axis+1:])
	return []array{build(shape, func(index []int) float64 {
		inner := axis + len(ids.shape)
		id := int(ids.at(index[axis:inner]))
		return a.at(slices.Concat(index[:axis], []int{id}, index[inner:]))
	})}
}

func concat(n *onnxNode, in []array) []array {
	out := in[0]
	for _, next := range in[1:] {
		out = join(n, out, next)
	}
	return []array{out}
}

func join(n *onnxNode, a, b array) array {
	d := n.axis(a)
	shape := slices.Clone(a.shape)
	shape[d] += b.shape[d]
	out := build(shape, func(index []int) float64 {
		if index[d] < a.shape[d] {
			return a.at(index)
		}
		rest := slices.Clone(index)
		rest[d] -= a.shape[d]
		return b.at(rest)
	})
	out.integer = a.integer
	return out
}

func split(n *onnxNode, in []array) []array {
	axis, shape := n.axis(in[0]), slices.Clone(in[0].shape)
	shape[axis] /= len(n.out)
	var out []array
	for i := range n.out {
		out = append(out, build(shape, func(index []int) float64 {
			at := slices.Clone(index)
			at[axis] += i * shape[axis]
			return in[0].at(at)
		}))
	}
	return out
}

// sliceOp cuts one axis from a start to an end.
func sliceOp(_ *onnxNode, in []array) []array {
	start, end, axis := int(in[1].data[0]), int(in[2].data[0]), int(in[3].data[0])
	shape := slices.Clone(in[0].shape)
	shape[axis] = end - start
	return []array{build(shape, func(index []int) float64 {
		at := slices.Clone(index)
		at[axis] += start
		return in[0].at(at)
	})}
}

// pad adds zeros at the end of matrices' rows.
// pad adds elements in front and behind, zeros unless a third input says what.
func pad(_ *onnxNode, in []array) []array {
	a, value := in[0], 0.0
	if len(in) > 2 {
		value = in[2].data[0]
	}
	rank := len(a.shape)
	shape := slices.Clone(a.shape)
	for d := range shape {
		shape[d] += int(in[1].data[d] + in[1].data[rank+d])
	}
	return []array{build(shape, func(index []int) float64 {
		at := slices.Clone(index)
		for d := range at {
			if at[d] -= int(in[1].data[d]); at[d] < 0 || at[d] >= a.shape[d] {
				return value
			}
		}
		return a.at(at)
	})}
}

// comparison is an operator on two numbers of one type, whose result is a truth
// value.
func comparison(f func(x, y float64) bool) func(*onnxNode, []array) []array {
	apply := arithmetic(func(x, y float64) float64 {
		if f(x, y) {
			return 1
		}
		return 0
	})
	return func(n *onnxNode, in []array) []array {
		out := apply(n, in)
		out[0].integer = false
		return out
	}
}

func reshape(_ *onnxNode, in []array) []array {
	shape, infer, rest := []int{}, -1, len(in[0].data)
	for d, v := range in[1].data {
		n := int(v)
		switch n {
		case 0:
			n = in[0].shape[d]
		case -1:
			infer, n = d, 1
		}
		shape = append(shape, n)
		rest /= n
	}
	if infer >= 0 {
		shape[infer] = rest
	}
	if volume(shape) != len(in[0].data) {
		panic("shape does not fit")
	}
	return []array{{shape, in[0].data, in[0].integer}}
}

func unsqueeze(_ *onnxNode, in []array) []array {
	shape := slices.Clone(in[0].shape)
	for _, axis := range in[1].data {
		shape = slices.Insert(shape, int(axis), 1)
	}
	return []array{{shape, in[0].data, in[0].integer}}
}

func transpose(n *onnxNode, in []array) []array {
	perm := n.ints["perm"]
	shape := make([]int, len(perm))
	for i, p := range perm {
		shape[i] = in[0].shape[p]
	}
	at := make([]int, len(perm))
	return []array{build(shape, func(index []int) float64 {
		for i, p := range perm {
			at[p] = index[i]
		}
		return in[0].at(at)
	})}
}
