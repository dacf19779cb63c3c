package safetensors

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"unicode"
	"unicode/utf8"
)

// sniffSize is how much of a file is looked at to tell its kind. It reaches
// beyond the name of a tar archive's first file to the mark behind it.
const sniffSize = 512

// signatures are the beginnings of files that are taken for weights by mistake,
// each with what to do about it where that is known.
var signatures = []struct{ magic, kind string }{
	{"version https://git-lfs.github.com/", "a Git LFS pointer, which stands for the file: fetch the file with git lfs pull"},
	{"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19", "a PyTorch checkpoint of the old kind: " + convert},
	{"\x93NUMPY", "a NumPy array (.npy)"},
	{"GGUF", "a GGUF file"},
	{"\x89HDF\r\n\x1a\n", "an HDF5 file"},
	{"PK\x05\x06", "an empty zip archive"},
	{"\x1f\x8b", "compressed by gzip: unpack it first"},
	{"BZh", "compressed by bzip2: unpack it first"},
	{"\xfd7zXZ\x00", "compressed by xz: unpack it first"},
	{"\x28\xb5\x2f\xfd", "compressed by zstd: unpack it first"},
	{"\xff\xfe", "text in UTF-16"},
	{"\xfe\xff", "text in UTF-16"},
}

// convert is what to do with weights in one of PyTorch's own formats.
const convert = "load it in Python and write its tensors with safetensors.torch.save_file"

// foreign makes the error for a file without a header: what it looks like, or
// why it is none where that cannot be told.
func foreign(r io.ReaderAt, size int64, why string, args ...any) error {
	head := make([]byte, min(size, sniffSize))
	if err := readAt(r, head, 0); err != nil {
		return err
	}
	if kind := kindOf(head); kind != "" {
		return invalid("it is %s", kind)
	}
	return invalid(why, args...)
}

// hasHeader reports whether head begins as a safetensors file does, however
// little of it there is.
func hasHeader(head []byte) bool {
	return len(head) > prefixSize && head[prefixSize] == '{' && binary.LittleEndian.Uint64(head) <= maxHeader
}

// kindOf names the kind of file that begins with head, "" if it is not known or
// is the right one.
func kindOf(head []byte) string {
	if hasHeader(head) {
		return ""
	}
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.magic)) {
			return s.kind
		}
	}
	switch {
	case len(head) == 0:
		return "empty"
	case len(head) >= prefixSize && len(bytes.Trim(head, "\x00")) == 0:
		return "nothing but zeros at its beginning, as after a download or copy that broke off"
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return zipKind(head)
	case isPickle(head):
		return "a Python pickle, perhaps a PyTorch checkpoint: " + convert
	case len(head) > 262 && string(head[257:262]) == "ustar":
		return "a tar archive: unpack it first"
	case len(head) > 3 && head[0] == 0x08 && head[1] < 0x20 && head[2] == 0x12:
		// The version of the format, then the producer's name.
		return "an ONNX model"
	}
	return textKind(head)
}

// zipKind looks at the name of the first file of an archive. PyTorch begins
// with DIRECTORY/data.pkl, NumPy names arrays NAME.npy.
func zipKind(head []byte) string {
	const lengthAt, nameAt = 26, 30
	if len(head) >= nameAt {
		name := head[nameAt:]
		name = name[:min(len(name), int(binary.LittleEndian.Uint16(head[lengthAt:])))]
		switch {
		case bytes.HasSuffix(name, []byte("/data.pkl")):
			return "a PyTorch checkpoint (a zip archive): " + convert
		case bytes.HasSuffix(name, []byte(".npy")):
			return "an archive of NumPy arrays (.npz)"
		}
	}
	return "a zip archive"
}

// isPickle reports whether head begins with the mark of a binary protocol and
// one of the instructions that protocols put first: a frame from 4 on, before
// that what the outermost object begins with.
func isPickle(head []byte) bool {
	if len(head) < 3 || head[0] != 0x80 {
		return false
	}
	switch head[1] {
	case 2, 3:
		return bytes.IndexByte([]byte("}](cXK\x8a"), head[2]) >= 0
	case 4, 5:
		return head[2] == 0x95
	}
	return false
}

// textKind tells kinds of text apart, "" for what is not text.
func textKind(head []byte) string {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	lower := bytes.ToLower(text)
	switch {
	case bytes.HasPrefix(lower, []byte("<!doctype html")), bytes.HasPrefix(lower, []byte("<html")):
		return "a web page (HTML), as a server sends it instead of a file: download the file itself"
	case bytes.HasPrefix(lower, []byte("<?xml")):
		return "an XML document, as a server sends it instead of a file: download the file itself"
	case !isText(text):
		return ""
	case text[0] == '{', text[0] == '[':
		return "JSON text"
	}
	return fmt.Sprintf("text that begins with %.40q", text)
}

// isText reports whether all of b is printable, but for a rune that is cut off
// at its end.
func isText(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			return !utf8.FullRune(b)
		}
		if !unicode.IsPrint(r) && !unicode.IsSpace(r) {
			return false
		}
		b = b[n:]
	}
	return true
}
