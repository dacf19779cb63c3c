// Package sniff says what the beginning of a file looks like, so that the error
// about a wrong file can name what was given instead.
package sniff

import (
	"bytes"
	"fmt"
)

// Length is how many bytes at the beginning of a file are enough for [Look]: it
// reaches beyond the name of a tar archive's first file to the mark behind it.
const Length = 512

// Kind groups what files hold by what there is to do about it.
type Kind int

// The kinds.
const (
	Unknown Kind = iota // bytes that nothing is known of
	Other               // a format that is named and calls for no advice
	Pointer             // stands for a file that is elsewhere
	Torch               // a zip archive that PyTorch wrote
	Pickled             // written by Python in another way
	Packed              // an archive of files, or compressed
	Page                // what a server sends in place of a file
)

// signatures are the first bytes of files that get mixed up with others.
var signatures = []struct {
	start string
	kind  Kind
	what  string
}{
	{"version https://git-lfs.github.com/", Pointer, "a Git LFS pointer, not the file itself"},
	{"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19", Pickled, "a PyTorch checkpoint of the old kind"},
	{"\x93NUMPY", Other, "a NumPy array (.npy)"},
	{"PK\x05\x06", Packed, "an empty zip archive"},
	{"\x1f\x8b", Packed, "gzip data"},
	{"BZh", Packed, "bzip2 data"},
	{"\xfd7zXZ\x00", Packed, "xz data"},
	{"\x28\xb5\x2f\xfd", Packed, "Zstandard data"},
	{"7z\xbc\xaf\x27\x1c", Packed, "a 7-Zip archive"},
	{"GGUF", Other, "a GGUF file"},
	{"%PDF-", Other, "a PDF document"},
	{"PAR1", Other, "a Parquet file"},
	{"\x89HDF\r\n\x1a\n", Other, "an HDF5 file"},
	{"SQLite format 3\x00", Other, "an SQLite database"},
	{"\x89PNG", Other, "a PNG image"},
	{"\x7fELF", Other, "a Linux program"},
	{"\xff\xfe", Other, "text in UTF-16, little-endian"},
	{"\xfe\xff", Other, "text in UTF-16, big-endian"},
}

// Describe says what a file whose first bytes are head looks like: a noun phrase
// that goes after "is" or "found".
func Describe(head []byte) string {
	_, what := Look(head)
	return what
}

// Look is [Describe] with the kind of what it finds.
func Look(head []byte) (kind Kind, what string) {
	if len(head) == 0 {
		return Other, "an empty file"
	}
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.start)) {
			return s.kind, s.what
		}
	}
	switch {
	case len(bytes.Trim(head, "\x00")) == 0:
		return Other, "nothing but zero bytes, as after a download or copy that broke off"
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return zip(head)
	case isPickle(head):
		return Pickled, "a Python pickle, perhaps a PyTorch checkpoint"
	case isTar(head):
		return Packed, "a tar archive"
	case isONNX(head):
		return Other, "an ONNX model"
	}
	if kind, what := text(head); kind != Unknown {
		return kind, what
	}
	return Unknown, fmt.Sprintf("binary data that begins with %.40q", head)
}
