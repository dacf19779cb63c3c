package torch

import (
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor"
)

var _ tensor.Source = (*File)(nil)

// The tensors of a state dict, wherever it is in what was saved.
func TestStateDict(t *testing.T) {
	tensors := ordered(str("a"), vector(1), str("b"), vector(2))
	others := str("step") + num(7) + str("name") + str("x") + str("config") + fun("my.config", "Config") + ")\x81}b"
	optimiser := str("optimizer") + plain(str("state"), plain(num(0), plain(str("exp_avg"), vector(4))), str("groups"), "](}e")
	for _, c := range []struct {
		name, pickle string
		want         []string
	}{
		{"alone", tensors, []string{"a", "b"}},
		{"plain", plain(str("b"), vector(1), str("a"), vector(2)), []string{"b", "a"}},
		{"with attributes", tensors + plain(str("_metadata"), ordered(str(""), plain(str("version"), num(1)))) + "b", []string{"a", "b"}},
		{"among others", plain(others, str("model"), tensors, optimiser), []string{"a", "b"}},
		{"model_state_dict", plain(str("model_state_dict"), tensors, others), []string{"a", "b"}},
		{"state_dict", plain(str("state_dict"), tensors), []string{"a", "b"}},
		{"another name", plain(str("weights"), tensors, others, optimiser), []string{"a", "b"}},
		{"beside its average", plain(str("ema"), ordered(str("c"), vector(1)), str("model"), tensors), []string{"a", "b"}},
		{"beside a tensor", plain(str("step"), vector(1), str("model"), tensors), []string{"a", "b"}},
		{"with other values", ordered(str("a"), vector(1), str("extra"), num(3), str("more"), str("text")), []string{"a"}},
		{"no tensors", plain(others), []string{}},
		{"key twice", ordered(str("a"), vector(3), str("b"), vector(2), str("a"), vector(1)), []string{"a", "b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := open(t, saved(t, "\x80\x02"+c.pickle+".", floats(ramp(4)...)))
			require.Equal(t, c.want, f.Names())
			require.Nil(t, f.Metadata())
			if len(c.want) > 0 && c.want[0] == "a" {
				require.Equal(t, ramp(1), values(t, f, "a"))
			}
		})
	}
	for _, c := range []struct{ name, pickle, says string }{
		{"two", plain(str("ema"), tensors, str("student"), tensors), "several dictionaries of tensors, ema, student; want one, or one of them as model or"},
		{"object", fun("my", "Model") + ")\x81}b", "it holds an object of my.Model, want a state dict"},
		{"tensor", vector(1), "it holds a single tensor"},
		{"tuple", tup(num(1)), "it holds a tuple"},
		{"list", "]", "it holds a list"},
		{"number", num(1), "it holds 1"},
		{"text", str("x"), "it holds text"},
		{"class", fun("my", "Model"), "it holds my.Model"},
		{"storage", stored("FloatStorage", "0", 1), "it holds something else"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := parse(saved(t, "\x80\x02"+c.pickle+".", floats(ramp(4)...)))
			require.ErrorIs(t, err, ErrInvalid)
			require.ErrorContains(t, err, c.says)
		})
	}
}

// Tensors as the functions of every version make them.
func TestRebuildFunctions(t *testing.T) {
	s := stored("FloatStorage", "0", 4)
	untyped := tup(str("storage"), fun("torch.storage", "UntypedStorage"), str("0"), str("cpu"), num(16)) + "Q"
	v3 := func(dtype string, n int) string {
		return fun("torch._utils", "_rebuild_tensor_v3") + tup(untyped, num(0), nums(n), nums(1), "\x89", "N", fun("torch", dtype)) + "R"
	}
	for _, c := range []struct {
		name, pickle string
		dtype        tensor.DType
		n            int
	}{
		{"v1", fun("torch._utils", "_rebuild_tensor") + tup(s, num(0), nums(4), nums(1)) + "R", tensor.F32, 4},
		{"v2", vector(4), tensor.F32, 4},
		{"v2 with bits", fun("torch._utils", "_rebuild_tensor_v2") + tup(s, num(0), nums(4), nums(1), "\x89", "N", "}") + "R", tensor.F32, 4},
		{"v2, a Size", tensorOf(s, 0, fun("torch", "Size")+nums(4)+"\x85R", nums(1)), tensor.F32, 4},
		{"v3", v3("float32", 4), tensor.F32, 4},
		{"v3 of a new type", v3("uint16", 8), tensor.U16, 8},
		{"v3 of bytes", v3("float8_e4m3fn", 16), tensor.F8E4M3, 16},
		{"parameter", fun("torch._utils", "_rebuild_parameter") + tup(vector(4), "\x88", ordered()) + "R", tensor.F32, 4},
		{"parameter with state", fun("torch._utils", "_rebuild_parameter_with_state") + tup(vector(4), "\x88", ordered(), "}") + "R", tensor.F32, 4},
		{"with attributes", fun("torch._tensor", "_rebuild_from_type_v2") +
			tup(fun("torch._utils", "_rebuild_tensor_v2"), fun("torch.nn.parameter", "Parameter"), tup(s, num(0), nums(4), nums(1)), "}") + "R", tensor.F32, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := open(t, saved(t, one(c.pickle), floats(ramp(4)...)))
			info, ok := f.Info("x")
			require.True(t, ok)
			require.Equal(t, c.dtype, info.DType)
			require.Equal(t, []int{c.n}, info.Shape)
			b := make([]byte, info.Bytes)
			require.NoError(t, f.ReadBytes("x", b))
			require.Equal(t, floats(ramp(4)...), string(b))
		})
	}
}

// Strided tensors come out in row-major order, by every method and from anywhere.
func TestStrides(t *testing.T) {
	for _, c := range []struct {
		name          string
		offset        int
		shape, stride []int
		want          []float32
	}{
		{"rows", 0, []int{2, 3}, []int{3, 1}, []float32{0, 1, 2, 3, 4, 5}},
		{"transposed", 0, []int{3, 2}, []int{1, 3}, []float32{0, 3, 1, 4, 2, 5}},
		{"columns", 1, []int{4, 2}, []int{6, 1}, []float32{1, 2, 7, 8, 13, 14, 19, 20}},
		{"every other", 3, []int{4}, []int{2}, []float32{3, 5, 7, 9}},
		{"middle transposed", 2, []int{2, 2, 2}, []int{12, 1, 6}, []float32{2, 8, 3, 9, 14, 20, 15, 21}},
		{"rows with dimensions of one", 4, []int{1, 2, 1, 3}, []int{99, 3, 77, 1}, []float32{4, 5, 6, 7, 8, 9}},
		{"scalar", 23, nil, nil, []float32{23}},
		{"one", 23, []int{1, 1}, []int{5, 5}, []float32{23}},
		{"nothing", 0, []int{0, 3}, []int{0, 0}, []float32{}},
		{"nothing, transposed", 5, []int{3, 0}, []int{1, 3}, []float32{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := open(t, saved(t, one(tensorOf(stored("FloatStorage", "0", 24), c.offset, nums(c.shape...), nums(c.stride...))), floats(ramp(24)...)))
			require.Equal(t, c.want, values(t, f, "x"))
			e, _ := f.Entry("x")
			whole := floats(c.want...)
			for at := range whole {
				for n := range min(len(whole)-at, 9) + 1 {
					b := make([]byte, n)
					_, err := e.Data.ReadAt(b, int64(at))
					require.NoError(t, err)
					require.Equal(t, whole[at:at+n], string(b))
				}
			}
			b := make([]byte, len(whole)+1)
			n, err := e.Data.ReadAt(b, 0)
			require.ErrorIs(t, err, io.EOF)
			require.Equal(t, len(whole), n)
			if len(c.shape) > 1 && c.shape[0] > 1 {
				row := make([]float32, len(c.want)/c.shape[0])
				require.NoError(t, f.ReadFloat32Rows("x", 1, 2, row))
				require.Equal(t, c.want[len(row):2*len(row)], row)
			}
		})
	}
}

func TestRejectedTensors(t *testing.T) {
	s := stored("FloatStorage", "0", 24)
	v2 := func(args ...string) string { return fun("torch._utils", "_rebuild_tensor_v2") + tup(args...) + "R" }
	huge := num(math.MaxInt)
	hugest := "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f"
	for _, c := range []struct{ name, pickle, says string }{
		{"beyond the storage", tensorOf(s, 0, nums(25), nums(1)), "outside of storage \"0\" of 24 elements"},
		{"beyond by the offset", tensorOf(s, 1, nums(24), nums(1)), "outside of storage"},
		{"offset beyond", tensorOf(s, 24, nums(), nums()), "outside of storage"},
		{"beyond by strides", tensorOf(s, 0, nums(2, 2), nums(23, 1)), "outside of storage"},
		{"strides that overflow", v2(s, num(0), tup(num(3), num(3)), tup(huge, num(1)), "\x89", "N"), "outside of storage"},
		{"offset that overflows", v2(s, hugest, nums(3), nums(1), "\x89", "N"), "outside of storage"},
		{"shape that overflows", v2(s, num(0), tup(huge, huge), nums(1, 1), "\x89", "N"), "outside of storage"},
		{"negative offset", tensorOf(s, -1, nums(2), nums(1)), "its offset is -1"},
		{"negative dimension", tensorOf(s, 0, nums(-2), nums(1)), "its shape: -2, want a whole number"},
		{"negative stride", tensorOf(s, 5, nums(2), nums(-1)), "its strides: -1"},
		{"repeated by a stride of 0", tensorOf(s, 0, nums(1000000, 3), nums(0, 1)), "elements overlap: shape [1000000 3] has strides [0 1]"},
		{"overlapping rows", tensorOf(s, 0, nums(4, 3), nums(2, 1)), "elements overlap"},
		{"overlapping columns", tensorOf(s, 0, nums(3, 4), nums(1, 2)), "elements overlap"},
		{"shape and strides", tensorOf(s, 0, nums(2, 3), nums(1)), "2 dimensions and 1 strides"},
		{"dimension beyond all", tensorOf(s, 0, tup("\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01"), nums(1)), "its shape: a number, want a whole number from 0 to"},
		{"shape of text", tensorOf(s, 0, tup(str("a")), nums(1)), "its shape: text"},
		{"shape of a list", tensorOf(s, 0, "]", nums(1)), "its shape: a list, want a tuple"},
		{"dimensions", tensorOf(s, 0, nums(make([]int, 65)...), nums(make([]int, 65)...)), "want a tuple of at most 64"},
		{"few arguments", v2(s, num(0), nums(1)), "3 arguments, want at least 4"},
		{"no arguments", fun("torch._utils", "_rebuild_tensor_v2") + "NR", "0 arguments"},
		{"no type", fun("torch._utils", "_rebuild_tensor_v3") + tup(s, num(0), nums(1), nums(1), "\x89", "N") + "R", "6 arguments, want at least 7"},
		{"offset of text", v2(s, str("a"), nums(1), nums(1)), "its offset is text"},
		{"no storage", v2("N", num(0), nums(1), nums(1)), "it has no storage in the file"},
		{"negated", v2(s, num(0), nums(1), nums(1), "\x89", "N", plain(str("neg"), "\x88")), "negate or conjugate"},
		{"quantised", fun("torch._utils", "_rebuild_qtensor") + tup(s) + "R", "torch._utils._rebuild_qtensor is not supported"},
		{"sparse", fun("torch._utils", "_rebuild_sparse_tensor") + tup(num(1)) + "R", "_rebuild_sparse_tensor is not supported"},
		{"complex128", tensorOf(stored("ComplexDoubleStorage", "0", 1), 0, nums(1), nums(1)), "its type, torch.ComplexDoubleStorage, is not supported"},
		{"storage of another module", tensorOf(tup(str("storage"), fun("os", "system"), str("0"), str("cpu"), num(1))+"Q", 0, nums(1), nums(1)), "os.system"},
		{"storage longer than its file", tensorOf(stored("DoubleStorage", "0", 13), 0, nums(1), nums(1)), "storage \"0\" of 13 elements of F64 has 96 bytes"},
		{"storage of negative length", tensorOf(stored("FloatStorage", "0", -1), 0, nums(0), nums(1)), "of -1 elements"},
		{"storage that overflows", tensorOf(tup(str("storage"), fun("torch", "FloatStorage"), str("0"), str("cpu"), hugest)+"Q", 0, nums(1), nums(1)), "has 96 bytes"},
		{"no such storage", tensorOf(stored("FloatStorage", "9", 1), 0, nums(1), nums(1)), "file \"m/data/9\" is missing"},
		{"storage elsewhere", tensorOf(stored("FloatStorage", "../data.pkl", 1), 0, nums(1), nums(1)), "is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := parse(saved(t, one(c.pickle), floats(ramp(24)...)))
			require.ErrorIs(t, err, ErrInvalid)
			require.ErrorContains(t, err, `tensor "x": `)
			require.ErrorContains(t, err, c.says)

			// Outside of the state dict it is of no concern.
			f, err := parse(saved(t, "\x80\x02"+plain(str("model"), ordered(str("y"), vector(1)), str("ema"), ordered(str("x"), c.pickle))+".", floats(ramp(24)...)))
			require.NoError(t, err)
			require.Equal(t, []string{"y"}, f.Names())
		})
	}
}

// Tensors may share a storage, but not so often that a small file holds much.
func TestSharedStorages(t *testing.T) {
	share := func(n int) string {
		items := ""
		for i := range n {
			items += str(string(rune('a'+i))) + vector(4)
		}
		return "\x80\x02" + ordered(items) + "."
	}
	f := open(t, saved(t, share(16), floats(ramp(4)...)))
	for _, name := range f.Names() {
		require.Equal(t, ramp(4), values(t, f, name))
	}
	_, err := parse(saved(t, share(18), floats(ramp(4)...)))
	require.ErrorIs(t, err, ErrInvalid)
	require.ErrorContains(t, err, "share their storages too often")
}

// A model is read from a file of PyTorch, with one row of the table alone.
func TestOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "step_1")
	_, err := Open(path)
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = Open(dir)
	require.ErrorContains(t, err, "not a regular file")

	require.NoError(t, os.WriteFile(path, []byte("not one"), 0o666))
	_, err = Open(path)
	require.ErrorIs(t, err, ErrInvalid)
	require.ErrorContains(t, err, path)

	require.NoError(t, os.WriteFile(path, saved(t, one(vector(4)), floats(ramp(4)...)), 0o666))
	f, err := Open(path)
	require.NoError(t, err)
	require.Equal(t, ramp(4), values(t, f, "x"))
	require.EqualError(t, f.ReadFloat32("y", nil), "torch: "+path+`: tensor "y": no such tensor`)
	kind, _ := nn.FileModel(f)
	require.Empty(t, kind)
	require.NoError(t, f.Close())
	require.ErrorIs(t, f.ReadFloat32("x", make([]float32, 4)), os.ErrClosed)
}

// A failingReader fails from a position on.
type failingReader struct {
	io.ReaderAt
	from int64
}

var errBroken = errors.New("broken")

func (r failingReader) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > r.from {
		return 0, errBroken
	}
	return r.ReaderAt.ReadAt(p, off)
}
