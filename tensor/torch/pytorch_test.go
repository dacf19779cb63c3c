package torch

import (
	"cmp"
	"encoding/hex"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/tensor"
	"github.com/rereadml/reread/tensor/safetensors"
)

// python runs the other side of a test, or skips the test where there is no
// PyTorch. The environment variable PYTHON names another interpreter than python3.
func python(t *testing.T, args ...string) []byte {
	t.Helper()
	name := cmp.Or(os.Getenv("PYTHON"), "python3")
	if err := exec.Command(name, "-c", "import torch").Run(); err != nil {
		t.Skipf("PyTorch is not installed for %s, which PYTHON would name: %v", name, err)
	}
	out, err := exec.Command(name, append([]string{"testdata/peer.py"}, args...)...).Output()
	if exit, ok := err.(*exec.ExitError); ok {
		t.Fatalf("%s", exit.Stderr)
	}
	require.NoError(t, err)
	return out
}

// A described tensor is its type, its shape and its bytes in hexadecimal.
type described struct {
	dtype tensor.DType
	shape []int
	data  string
}

func (d *described) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&d.dtype, &d.shape, &d.data})
}

func describeAll(t *testing.T, f *File) map[string]described {
	t.Helper()
	out := map[string]described{}
	for _, name := range f.Names() {
		info, _ := f.Info(name)
		b := make([]byte, info.Bytes)
		require.NoError(t, f.ReadBytes(name, b))
		out[name] = described{info.DType, info.Shape, hex.EncodeToString(b)}
	}
	return out
}

// What PyTorch writes is read to the bit, or refused for a reason.
func TestReadsPyTorch(t *testing.T) {
	dir := t.TempDir()
	python(t, "write", dir)
	text, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	require.NoError(t, err)
	var expected map[string]map[string]described
	require.NoError(t, json.Unmarshal(text, &expected))
	refused := map[string]string{
		"old.pt":          "a PyTorch checkpoint of the old kind: load it in Python and save it anew by torch.save",
		"whole_module.pt": "it holds an object of torch.nn.modules.linear.Linear, want a state dict",
		"one_tensor.pt":   "it holds a single tensor",
		"expanded.pt":     "elements overlap: shape [4 3] has strides [0 1]",
		"quantised.pt":    "torch._utils._rebuild_qtensor is not supported",
		"complex128.pt":   "its type, torch.ComplexDoubleStorage, is not supported",
		"sparse.pt":       "torch._utils._rebuild_sparse_tensor is not supported",
	}
	for _, name := range slices.Sorted(maps.Keys(expected)) {
		t.Run(name, func(t *testing.T) {
			f, err := Open(filepath.Join(dir, name))
			if want := expected[name]; want != nil {
				require.NoError(t, err)
				defer f.Close()
				require.Equal(t, want, describeAll(t, f))
				return
			}
			require.ErrorIs(t, err, ErrInvalid)
			require.ErrorContains(t, err, refused[name])
		})
	}
	require.Greater(t, len(expected), len(refused)+10)
}

// What is written, PyTorch reads to the bit.
func TestPyTorchReads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ours.pt")
	require.NoError(t, WriteFile(path, everyType()))
	var theirs map[string]described
	require.NoError(t, json.Unmarshal(python(t, "read", path), &theirs))
	f, err := Open(path)
	require.NoError(t, err)
	defer f.Close()
	require.Equal(t, describeAll(t, f), theirs)
}

// everyType returns tensors of all types that PyTorch has storages for.
func everyType() []safetensors.Tensor {
	tensors := []safetensors.Tensor{
		safetensors.Float32("scalar", nil, ramp(1)),
		safetensors.Float32("empty", []int{0, 3}, nil),
		safetensors.Float32("a tensor of four dimensions", []int{2, 3, 4, 1}, ramp(24)),
		safetensors.BFloat16("名前", []int{3}, []float32{1, -2, 0.5}),
	}
	for _, dtype := range storageTypes {
		tensors = append(tensors, safetensors.Raw("type "+string(dtype), dtype, []int{2, 1}, make([]byte, 2*dtype.Bits()/8)))
	}
	slices.SortFunc(tensors, func(a, b safetensors.Tensor) int { return cmp.Compare(a.Name(), b.Name()) })
	return tensors
}
