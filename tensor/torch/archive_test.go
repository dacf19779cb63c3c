package torch

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Archives as PyTorch and other programs write them.
func TestArchives(t *testing.T) {
	state, numbers := one(vector(4)), floats(ramp(4)...)
	for name, files := range map[string][]packed{
		"usual":             {{name: "step_1/data.pkl", content: state}, {name: "step_1/byteorder", content: "little"}, {name: "step_1/data/0", content: numbers}, {name: "step_1/version", content: "3\n"}},
		"in another order":  {{name: "m/version", content: "3\n"}, {name: "m/data/0", content: numbers}, {name: "m/data.pkl", content: state}},
		"with folders":      {{name: "m/"}, {name: "m/data/"}, {name: "m/data.pkl", content: state}, {name: "m/data/0", content: numbers}},
		"with others":       {{name: "m/data.pkl", content: state}, {name: "m/data/0", content: numbers}, {name: "m/code/data.pkl", content: "x"}, {name: "notes.txt", content: "x"}},
		"compressed":        {{"m/data.pkl", state, true}, {"m/data/0", numbers, true}},
		"partly compressed": {{name: "m/data.pkl", content: state}, {"m/data/0", numbers, true}},
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t, archived(t, files...))
			for range 2 {
				require.Equal(t, ramp(4), values(t, f, "x"))
			}
		})
	}
}

// patch changes bytes behind the n-th occurrence of a mark.
func patch(b []byte, mark string, n, skip int, with ...byte) []byte {
	b = bytes.Clone(b)
	at := -1
	for range n {
		at += 1 + bytes.Index(b[at+1:], []byte(mark))
	}
	copy(b[at+skip:], with)
	return b
}

const (
	localMark, directoryMark  = "PK\x03\x04", "PK\x01\x02"
	methodAt, sizeAt, wholeAt = 10, 20, 24 // in the directory
	placeAt                   = 42
)

func TestRejectedArchives(t *testing.T) {
	state, numbers := one(vector(4)), floats(ramp(4)...)
	pkl, data := packed{name: "m/data.pkl", content: state}, packed{name: "m/data/0", content: numbers}
	good := archived(t, pkl, data)
	le := func(x uint32) []byte { return binary.LittleEndian.AppendUint32(nil, x) }
	bomb := packed{"m/data/0", strings.Repeat("\x00", maxInflated+1), true}
	for _, c := range []struct {
		name string
		file []byte
		says string
	}{
		{"empty", nil, "it is an empty file"},
		{"text", []byte("hello\n"), "it is text"},
		{"safetensors", []byte("\x10\x00\x00\x00\x00\x00\x00\x00{\"a\":1}"), "binary data"},
		{"Git LFS", []byte("version https://git-lfs.github.com/spec/v1\n"), "Git LFS pointer"},
		{"old format", []byte("\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03."), "of the old kind: load it in Python and save it anew by torch.save"},
		{"bare pickle", []byte("\x80\x04\x95\x01\x00\x00\x00\x00\x00\x00\x00}."), "a Python pickle"},
		{"gzip", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00"), "it is gzip data"},
		{"NumPy arrays", archived(t, packed{name: "a.npy", content: "x"}), "an archive of NumPy arrays"},
		{"no files", archived(t), "without a folder with data.pkl"},
		{"other files", archived(t, packed{name: "a/b", content: "x"}), "without a folder with data.pkl"},
		{"pickle outside of a folder", archived(t, packed{name: "data.pkl", content: state}, data), "without a folder with data.pkl"},
		{"two pickles", archived(t, pkl, data, packed{name: "n/data.pkl", content: state}), `it has both "m/data.pkl" and "n/data.pkl"`},
		{"file twice", archived(t, pkl, data, data), `file "m/data/0" is in the archive twice`},
		{"cut off", good[:len(good)-30], "it is cut off or damaged"},
		{"big-endian", archived(t, pkl, data, packed{name: "m/byteorder", content: "big"}), `byte order "big"`},
		{"strange byte order", archived(t, pkl, data, packed{name: "m/byteorder", content: strings.Repeat("x", 99)}), "has 99 bytes, want at most 16"},
		{"storage missing", archived(t, pkl), `file "m/data/0" is missing`},
		{"encrypted", patch(good, directoryMark, 2, 8, 1), "is encrypted"},
		{"method", patch(good, directoryMark, 2, methodAt, 12), "compressed by method 12"},
		{"stored with another size", patch(good, directoryMark, 2, wholeAt, le(99)...), "compressed by method 0"},
		{"longer than the archive", patch(patch(good, directoryMark, 2, sizeAt, le(1<<30)...), directoryMark, 2, wholeAt, le(1<<30)...), `file "m/data/0" is cut off`},
		{"overlap", patch(good, directoryMark, 2, placeAt, le(0)...), `files "m/data/0" and "m/data.pkl" overlap`},
		{"place outside", patch(good, directoryMark, 2, placeAt, le(1<<30)...), "EOF"},
		{"place of nothing", patch(good, directoryMark, 2, placeAt, le(7)...), "zip: not a valid zip file"},
		{"storage bomb", archived(t, pkl, bomb), "is compressed, which is possible for 268435456 bytes in all"},
		{"pickle bomb", archived(t, packed{"m/data.pkl", strings.Repeat("N", maxPickle+1), true}, data), "has 67108865 bytes, want at most 67108864"},
		{"compressed nonsense", patch(archived(t, packed{"m/data.pkl", state, true}), "PK\x07\x08", 1, -40, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), "flate: corrupt input"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var err error
			used := allocated(func() { _, err = parse(c.file) })
			require.ErrorIs(t, err, ErrInvalid)
			require.ErrorContains(t, err, "test.pt")
			require.ErrorContains(t, err, c.says)
			require.Less(t, used, uint64(1<<20))
		})
	}
}

// Many compressed storages are counted together.
func TestInflatedTogether(t *testing.T) {
	const n = 5
	half := strings.Repeat("\x00", maxInflated/(n-1))
	files := []packed{{name: "m/data.pkl"}}
	items := ""
	for i := range n {
		key := fmt.Sprint(i)
		files = append(files, packed{"m/data/" + key, half, true})
		items += str(key) + tensorOf(stored("ByteStorage", key, len(half)), 0, nums(len(half)), nums(1))
	}
	files[0].content = "\x80\x02" + ordered(items) + "."
	b := archived(t, files...)
	used := allocated(func() {
		_, err := parse(b)
		require.ErrorIs(t, err, ErrInvalid)
		require.ErrorContains(t, err, `tensor "4": `)
	})
	require.Less(t, used, uint64(1<<20), "nothing is read before it is asked for")
}

// A list of files that is too long is not read.
func TestManyFiles(t *testing.T) {
	files := []packed{{name: "m/data.pkl", content: one(vector(4))}, {name: "m/data/0", content: floats(ramp(4)...)}}
	for i := range 400 {
		files = append(files, packed{name: fmt.Sprintf("m/%060000d", i)})
	}
	b := archived(t, files...)
	_, err := parse(b)
	require.ErrorIs(t, err, ErrInvalid)
	require.ErrorContains(t, err, "the list of its files takes more than 16777216 bytes")
	open(t, archived(t, files[:200]...))
}

// Errors of the reader pass through, wherever they are.
func TestReadErrorsPassThrough(t *testing.T) {
	b := archived(t, packed{name: "m/data.pkl", content: one(vector(4))}, packed{name: "m/byteorder", content: "little"}, packed{name: "m/data/0", content: floats(ramp(4)...)})
	for from := range b {
		_, err := NewFile(failingReader{bytes.NewReader(b), int64(from)}, int64(len(b)), "test.pt")
		require.ErrorIs(t, err, errBroken, "from %d on", from)
		require.NotErrorIs(t, err, ErrInvalid)
	}
}

// Every cut is an error.
func TestEveryTruncationIsRejected(t *testing.T) {
	b := saved(t, one(vector(4)), floats(ramp(4)...))
	for n := range b {
		_, err := parse(b[:n])
		require.ErrorIs(t, err, ErrInvalid, "%d bytes", n)
	}
}

func TestConcurrentReads(t *testing.T) {
	f := open(t, archived(t, packed{name: "m/data.pkl", content: one(vector(4))}, packed{"m/data/0", floats(ramp(4)...), true}))
	results := make(chan []float32)
	for range 4 {
		go func() {
			x := make([]float32, 4)
			_ = f.ReadFloat32("x", x)
			results <- x
		}()
	}
	for range 4 {
		require.Equal(t, ramp(4), <-results)
	}
}
