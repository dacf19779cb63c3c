package torch

import (
	"bytes"
	"errors"
	"testing"

	"github.com/rereadml/reread/tensor"
	"github.com/rereadml/reread/tensor/safetensors"
)

// FuzzPickle runs arbitrary pickles in an archive with one storage. What opens is
// consistent and readable.
func FuzzPickle(f *testing.F) {
	f.Add([]byte(one(vector(4))))
	f.Add([]byte("\x80\x02" + plain(str("model"), ordered(str("x"), tensorOf(stored("HalfStorage", "0", 8), 1, nums(3, 2), nums(1, 3))), str("n"), "](K\x01M\x02\x03e") + "."))
	f.Add([]byte("\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01a\x94\x8c\x01b\x8c\x01c\x93)\x81}b\x94s."))
	f.Add([]byte("\x80\x02" + fun("torch._tensor", "_rebuild_from_type_v2") + "(((\x8a\x02\x01\x02ttR."))
	f.Fuzz(func(t *testing.T, pickle []byte) {
		readAll(t, saved(t, string(pickle), floats(ramp(4)...)))
	})
}

// FuzzFile opens arbitrary archives.
func FuzzFile(f *testing.F) {
	f.Add(saved(f, one(vector(4)), floats(ramp(4)...)))
	f.Add(archived(f, packed{"m/data.pkl", one(vector(4)), true}, packed{"m/data/0", floats(ramp(4)...), true}))
	f.Add(written(f, safetensors.Raw("a", tensor.U8, []int{2}, []byte{1, 2})))
	f.Fuzz(func(t *testing.T, b []byte) { readAll(t, b) })
}

// readAll reads all of a file that opens.
func readAll(t *testing.T, b []byte) {
	file, err := parse(b)
	if err != nil {
		if !errors.Is(err, ErrInvalid) {
			t.Fatalf("error of another kind: %v", err)
		}
		return
	}
	var tensors []safetensors.Tensor
	whole := true
	for _, name := range file.Names() {
		e, ok := file.Entry(name)
		if !ok || e.Bytes > maxInflated {
			t.Fatalf("tensor %q: %v, %v", name, e.Info, ok)
		}
		if err := file.ReadBytes(name, make([]byte, e.Bytes)); err != nil {
			whole = false // compressed data is only found to be wrong when it is read
		}
		tensors = append(tensors, safetensors.Stored(e))
	}
	var out bytes.Buffer
	if err := Write(&out, tensors); whole && err == nil {
		if _, err := parse(out.Bytes()); err != nil {
			t.Fatalf("reopen: %v", err)
		}
	}
}
