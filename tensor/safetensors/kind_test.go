package safetensors

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func gzipped(t *testing.T, content string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(content))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

func zipped(t *testing.T, names ...string) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		f, err := w.Create(name)
		require.NoError(t, err)
		_, err = f.Write([]byte("content"))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.String()
}

func tarred(t *testing.T) string {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	require.NoError(t, w.WriteHeader(&tar.Header{Name: "model.safetensors", Size: 7}))
	_, err := w.Write([]byte("content"))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

func TestForeignFiles(t *testing.T) {
	const saveFile = "safetensors.torch.save_file"
	sha := strings.Repeat("0123456789abcdef", 4)
	tests := []struct {
		name, content string
		want          []string
	}{
		{"empty", "", []string{"it is an empty file"}},
		{"Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:" + sha + "\nsize 20012345\n",
			[]string{"it is a Git LFS pointer", "git lfs pull"}},
		{"web page", "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Sign in</title>", []string{"it is an HTML page", "download the file itself"}},
		{"web page without a type", "\n  <HTML><BODY>Not found</BODY></HTML>", []string{"it is an HTML page"}},
		{"web page with a mark", "\ufeff<!doctype html><p>", []string{"it is an HTML page"}},
		{"error of a store", `<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code></Error>`, []string{"it is an XML document: download the file itself"}},
		{"zip archive", zipped(t, "a.txt"), []string{"it is a zip archive"}},
		{"zip archive, old version", "PK\x03\x04\x00\x00\x00\x00\x08\x00", []string{"it is a zip archive"}},
		{"empty zip archive", zipped(t), []string{"it is an empty zip archive"}},
		{"PyTorch checkpoint", zipped(t, "step_155718/data.pkl", "step_155718/byteorder"), []string{"it is a PyTorch checkpoint", "package torch reads such files"}},
		{"NumPy archive", zipped(t, "inputs.npy"), []string{"it is an archive of NumPy arrays"}},
		{"old PyTorch checkpoint", "\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.", []string{"it is a PyTorch checkpoint of the old kind", saveFile}},
		{"pickle, protocol 2", "\x80\x02}q\x00X\x01\x00\x00\x00aq\x01K\x01s.", []string{"it is a Python pickle", saveFile}},
		{"pickle, protocol 4", "\x80\x04\x95\x0a\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01a\x94K\x01s.", []string{"it is a Python pickle"}},
		{"gzip", gzipped(t, "content"), []string{"it is gzip data: unpack it first"}},
		{"bzip2", "BZh91AY&SY\x5b\xc4\xf7", []string{"it is bzip2 data"}},
		{"xz", "\xfd7zXZ\x00\x00\x04\xe6\xd6\xb4F", []string{"it is xz data"}},
		{"zstd", "\x28\xb5\x2f\xfd\x04\x00\x39\x00\x00", []string{"it is Zstandard data"}},
		{"tar", tarred(t), []string{"it is a tar archive"}},
		{"NumPy array", "\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", []string{"it is a NumPy array"}},
		{"ONNX", "\x08\x08\x12\x06reread\x3a\x80\x80\x01", []string{"it is an ONNX model"}},
		{"GGUF", "GGUF\x03\x00\x00\x00\x01\x00\x00\x00", []string{"it is a GGUF file"}},
		{"HDF5", "\x89HDF\r\n\x1a\n\x00\x00\x00\x00", []string{"it is an HDF5 file"}},
		{"JSON", "{\n  \"hidden_size\": 512\n}\n", []string{"it is JSON text"}},
		{"JSON with a brace in place", `{"arch":{"hidden_size":512}}`, []string{"it is JSON text"}},
		{"JSON lines", `["a", "b"]`, []string{"it is JSON text"}},
		{"text", "epoch,loss\n1,0.5\n", []string{`it is text that begins with "epoch,loss\n1,0.5\n"`}},
		{"long text", strings.Repeat("é", 300) + "x", []string{"it is text that begins with \"" + strings.Repeat("é", 40) + "\""}},
		{"UTF-16", "\xff\xfeh\x00i\x00\x0d\x00\x0a\x00", []string{"it is text in UTF-16"}},
		{"zeros", strings.Repeat("\x00", 1000), []string{"it is nothing but zero bytes"}},
		{"a few zeros", "\x00\x00\x00", []string{"it is nothing but zero bytes"}},
		{"spaces", strings.Repeat(" ", 100), []string{"it is text that begins with \"   "}},
		{"unknown", "\x01ELF\x02\x01\x01\x00\x00\x00", []string{"header length 282584257676545 is above the limit"}},
		{"unknown and short", "\x01\x02\x03", []string{"3 bytes are too few"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "model.safetensors")
			require.NoError(t, os.WriteFile(path, []byte(tt.content), 0o666))
			_, err := Open(path)
			require.ErrorIs(t, err, ErrInvalid)
			require.ErrorContains(t, err, path)
			for _, want := range tt.want {
				require.ErrorContains(t, err, want)
			}
		})
	}
}

// A length can begin with the bytes of another kind's mark. What follows it
// tells that the file is a safetensors file all the same.
func TestLengthsLikeOtherKinds(t *testing.T) {
	for name, magic := range map[string]string{
		"pickle": "\x80\x02K", "gzip": "\x1f\x8b", "bzip2": "BZh", "UTF-16": "\xff\xfe", "ONNX": "\x08\x08\x12",
	} {
		t.Run(name, func(t *testing.T) {
			var length [8]byte
			copy(length[:], magic)
			const header = `{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`
			padding := int(binary.LittleEndian.Uint64(length[:])) - len(header)
			b := file(header+strings.Repeat(" ", padding), 2)
			require.Equal(t, magic, string(b[:len(magic)]))
			open(t, b)
			for _, n := range []int{len(b) - 1, len(b) - 3, 9} {
				_, err := NewFile(bytes.NewReader(b[:n]), int64(n), "test.st")
				require.ErrorContains(t, err, "it is cut off", "%d bytes", n)
			}
		})
	}
}
