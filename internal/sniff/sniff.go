// Package sniff says what the beginning of a file looks like, so that the error
// about a wrong file can name what was given instead.
package sniff

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// Length is how many bytes at the beginning of a file are enough for [Describe].
const Length = 512

// shown is how much of unknown content is quoted.
const shown = 40

// signatures are the first bytes of files that get mixed up with others.
var signatures = []struct{ start, what string }{
	{"\x93NUMPY", "a NumPy array"},
	{"PK\x03\x04", "a zip archive"},
	{"PK\x05\x06", "an empty zip archive"},
	{"\x1f\x8b", "gzip data"},
	{"BZh", "bzip2 data"},
	{"\xfd7zXZ\x00", "xz data"},
	{"\x28\xb5\x2f\xfd", "Zstandard data"},
	{"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"},
	{"%PDF-", "a PDF document"},
	{"PAR1", "a Parquet file"},
	{"\x89HDF\r\n\x1a\n", "an HDF5 file"},
	{"SQLite format 3\x00", "an SQLite database"},
	{"version https://git-lfs.github.com/spec/", "a pointer to a file in Git LFS, not the file itself"},
	{"\x89PNG", "a PNG image"},
	{"\x7fELF", "a Linux program"},
	{"\xff\xfe", "text in UTF-16, little-endian"},
	{"\xfe\xff", "text in UTF-16, big-endian"},
}

// Describe says what a file whose first bytes are head looks like: a noun phrase
// that goes after "is" or "found".
func Describe(head []byte) string {
	if len(head) == 0 {
		return "an empty file"
	}
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.start)) {
			return s.what
		}
	}
	text := bytes.TrimPrefix(head, []byte("\ufeff"))
	if what := markup(text); what != "" {
		return what
	}
	begin := text[:min(shown, len(text))]
	switch {
	case len(bytes.TrimLeft(head, "\x00")) == 0:
		return "nothing but zero bytes"
	case wide(head):
		return "text in UTF-16 without a byte order mark"
	case printable(begin):
		return fmt.Sprintf("text that begins with %q", begin)
	}
	return fmt.Sprintf("binary data that begins with %q", begin)
}

// markup recognises text formats that do not begin with fixed bytes.
func markup(text []byte) string {
	text = bytes.ToLower(bytes.TrimSpace(text))
	switch {
	case bytes.HasPrefix(text, []byte("<!doctype html")), bytes.HasPrefix(text, []byte("<html")):
		return "an HTML page"
	case bytes.HasPrefix(text, []byte("<?xml")):
		return "an XML document"
	case bytes.HasPrefix(text, []byte(`{"`)), bytes.HasPrefix(text, []byte("[{")), bytes.HasPrefix(text, []byte("[[")):
		return "JSON"
	}
	return ""
}

// wide reports whether every other byte is zero, as in ASCII text of 16 bits a
// character.
func wide(head []byte) bool {
	if len(head) < 8 {
		return false
	}
	even, odd := 0, 0
	for i, c := range head[:len(head)&^1] {
		switch {
		case c != 0:
		case i%2 == 0:
			even++
		default:
			odd++
		}
	}
	half := len(head) / 2
	return even == 0 && odd == half || odd == 0 && even == half
}

// printable reports whether text holds no control characters but line ends and
// tabs. A character cut off at the end does no harm.
func printable(text []byte) bool {
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if r == utf8.RuneError && n == 1 && (len(text) >= utf8.UTFMax || utf8.FullRune(text)) {
			return false
		}
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f {
			return false
		}
		text = text[n:]
	}
	return true
}
