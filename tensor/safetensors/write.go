package safetensors

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/rereadml/reread/internal/atomicfile"
)

// Write writes a safetensors file. The same metadata and tensors give the same
// bytes: metadata is sorted by key, tensors by dtype from wide to narrow and
// then by name, as in the reference implementation. The order of the slice does
// not matter and is not changed. Empty metadata is left out.
//
// Everything is checked before the first byte is written. Tensors are written
// through a buffer of fixed size; writing allocates little besides the header.
func Write(w io.Writer, metadata map[string]string, tensors []Tensor) error {
	if err := write(w, metadata, tensors); err != nil {
		return fmt.Errorf("safetensors: write: %w", err)
	}
	return nil
}

// WriteFile writes a safetensors file at path in one step: if it fails, or the
// process is killed, an older file at path stays as it was. The data is synced
// to the disk before WriteFile returns. A full disk is tried again for seven
// seconds before it is an error.
func WriteFile(path string, metadata map[string]string, tensors []Tensor) error {
	err := atomicfile.Write(path, func(w io.Writer) error {
		return write(w, metadata, tensors)
	})
	if err != nil {
		return fmt.Errorf("safetensors: write %s: %w", path, err)
	}
	return nil
}

func write(w io.Writer, metadata map[string]string, tensors []Tensor) error {
	if err := checkMetadata(metadata); err != nil {
		return err
	}
	sorted, err := arrange(tensors)
	if err != nil {
		return err
	}
	header, err := appendHeader(nil, metadata, sorted)
	if err != nil {
		return err
	}
	if _, err := w.Write(header); err != nil {
		return err
	}
	for i := range sorted {
		if _, err := sorted[i].WriteTo(w); err != nil {
			return fmt.Errorf("tensor %q: %w", sorted[i].name, err)
		}
	}
	return nil
}

var errHeaderSize = fmt.Errorf("the header is too large, the limit is %d bytes", maxHeader)

func checkMetadata(metadata map[string]string) error {
	size := 0
	for k, v := range metadata {
		if !utf8.ValidString(k) || !utf8.ValidString(v) {
			return fmt.Errorf("metadata %q is not valid UTF-8", k)
		}
		// Refused here, it need not be assembled to be found too large.
		if size += len(k) + len(v); size > maxHeader {
			return errHeaderSize
		}
	}
	return nil
}

// arrange checks the tensors and returns them in the order of the file.
func arrange(tensors []Tensor) ([]Tensor, error) {
	sorted := slices.Clone(tensors)
	for i := range sorted {
		if err := sorted[i].check(); err != nil {
			return nil, fmt.Errorf("tensor %q: %w", sorted[i].name, err)
		}
	}
	slices.SortFunc(sorted, func(a, b Tensor) int {
		return cmp.Or(b.dtype.Compare(a.dtype), cmp.Compare(a.name, b.name))
	})
	seen := make(map[string]struct{}, len(sorted))
	for i := range sorted {
		name := sorted[i].name
		if _, dup := seen[name]; dup {
			return nil, fmt.Errorf("tensor %q occurs twice", name)
		}
		seen[name] = struct{}{}
	}
	return sorted, nil
}

// appendHeader appends the header and the length in front of it.
func appendHeader(b []byte, metadata map[string]string, tensors []Tensor) ([]byte, error) {
	start := len(b) + prefixSize
	b = append(b, make([]byte, prefixSize)...)
	b = append(b, '{')
	if len(metadata) > 0 {
		b = appendMetadata(b, metadata)
	}
	var at int64
	for i := range tensors {
		if b[len(b)-1] != '{' {
			b = append(b, ',')
		}
		end := at + tensors[i].values.size()
		if end < at {
			return nil, fmt.Errorf("the total size overflows")
		}
		b = appendTensor(b, &tensors[i], at, end)
		at = end
	}
	b = append(b, '}')
	// With the length of 8 bytes in front, the data starts on a multiple of 8.
	for (len(b)-start)%8 != 0 {
		b = append(b, ' ')
	}
	n := len(b) - start
	if n > maxHeader {
		return nil, errHeaderSize
	}
	binary.LittleEndian.PutUint64(b[start-prefixSize:], uint64(n))
	return b, nil
}

func appendMetadata(b []byte, metadata map[string]string) []byte {
	b = appendString(b, metadataKey)
	b = append(b, ':')
	sep := byte('{')
	for _, k := range slices.Sorted(maps.Keys(metadata)) {
		b = append(b, sep)
		b = appendString(b, k)
		b = append(b, ':')
		b = appendString(b, metadata[k])
		sep = ','
	}
	return append(b, '}')
}

func appendTensor(b []byte, t *Tensor, begin, end int64) []byte {
	b = appendString(b, t.name)
	b = append(b, `:{"dtype":"`...)
	b = append(b, t.dtype...)
	b = append(b, `","shape":[`...)
	for i, dim := range t.shape {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(dim), 10)
	}
	b = append(b, `],"data_offsets":[`...)
	b = strconv.AppendInt(b, begin, 10)
	b = append(b, ',')
	b = strconv.AppendInt(b, end, 10)
	return append(b, `]}`...)
}

// appendString appends s as JSON with only the escapes that JSON demands, as
// the reference implementation writes it. encoding/json escapes more.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	clean := 0
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' {
			b = append(b, s[clean:i]...)
			b = appendEscape(b, c)
			clean = i + 1
		}
	}
	b = append(b, s[clean:]...)
	return append(b, '"')
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\b':
		return append(b, `\b`...)
	case '\f':
		return append(b, `\f`...)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	default:
		return fmt.Appendf(b, `\u%04x`, c)
	}
}
