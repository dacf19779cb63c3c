package textfile

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

func read(b []byte) (string, error) {
	r, err := NewReader(bytes.NewReader(b))
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(r)
	return string(text), err
}

func zipped(t testing.TB, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(s))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return b.Bytes()
}

// wide is s in UTF-16 with a mark.
func wide(s string, order binary.AppendByteOrder) []byte {
	b := order.AppendUint16(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

func TestForms(t *testing.T) {
	const text = "one, two\r\nd\u00e9j\u00e0 \u4e16 \U0001f9e9\n"
	long := strings.Repeat(text, 5000)
	for _, s := range []string{"", "x", text, long} {
		zip, zeros := zipped(t, s), make([]byte, 1000)
		for name, form := range map[string][]byte{
			"plain":              []byte(s),
			"marked":             []byte("\ufeff" + s),
			"little-endian":      wide(s, binary.LittleEndian),
			"big-endian":         wide(s, binary.BigEndian),
			"gzip":               zip,
			"gzip of UTF-16":     zipped(t, string(wide(s, binary.LittleEndian))),
			"gzip, then zeros":   append(bytes.Clone(zip), zeros...),
			"two members":        append(bytes.Clone(zip), zipped(t, "")...),
			"zeros between them": append(append(zipped(t, ""), zeros...), zip...),
		} {
			got, err := read(form)
			require.NoError(t, err, name)
			require.Equal(t, s, got, name)
		}
	}
}

func TestErrors(t *testing.T) {
	zip := zipped(t, "some text")
	for want, form := range map[string][]byte{
		"unexpected EOF":                       zip[:len(zip)-3],
		"gzip: invalid header":                 []byte("\x1f\x8bnonsense"),
		"gzip: invalid checksum":               append(bytes.Clone(zip[:len(zip)-8]), make([]byte, 8)...),
		"comes text that begins with \"more\"": append(bytes.Clone(zip), "\x00\x00more"...),
		"comes a zip archive":                  append(bytes.Clone(zip), "PK\x03\x04"...),
		"ends within a character":              []byte("\xff\xfea\x00b"),
	} {
		_, err := read(form)
		require.ErrorContains(t, err, want)
	}
}

func TestLoneSurrogates(t *testing.T) {
	for in, want := range map[string]string{
		"\xff\xfe\x00\xd8":                 "\ufffd",
		"\xff\xfe\x00\xd8a\x00":            "\ufffda",
		"\xff\xfe\x00\xdc\x00\xd8\x00\xdc": "\ufffd\U00010000",
	} {
		got, err := read([]byte(in))
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestReadsInSmallParts(t *testing.T) {
	const text = "d\u00e9j\u00e0 \u4e16 \U0001f9e9"
	u := &utf16Reader{order: binary.LittleEndian}
	r, err := NewReader(iotest.OneByteReader(bytes.NewReader(zipped(t, string(wide(text, binary.BigEndian))))))
	require.NoError(t, err)
	got, err := io.ReadAll(iotest.OneByteReader(r))
	require.NoError(t, err)
	require.Equal(t, text, string(got))

	r, err = NewReader(bytes.NewReader(wide(text, binary.LittleEndian)[2:]))
	require.NoError(t, err)
	u.in = r
	got, err = io.ReadAll(iotest.OneByteReader(u))
	require.NoError(t, err)
	require.Equal(t, text, string(got))
}

func FuzzNewReader(f *testing.F) {
	f.Add([]byte("plain"))
	f.Add(zipped(f, "zipped"))
	f.Add(append(zipped(f, "zipped"), 0, 0))
	f.Add(wide("d\u00e9j\u00e0 \U0001f9e9", binary.LittleEndian))
	f.Add(wide("d\u00e9j\u00e0", binary.BigEndian))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<12 {
			return
		}
		r, err := NewReader(bytes.NewReader(b))
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, r)
	})
}

func TestLines(t *testing.T) {
	l := NewLines(bufio.NewReader(strings.NewReader("one\n\n\r\ntwo\r\n" + strings.Repeat("x", MaxLine+1))))
	for _, want := range []struct {
		line   string
		number int
	}{{"one", 1}, {"two", 4}} {
		line, err := l.Next()
		require.NoError(t, err)
		require.Equal(t, want.line, string(line))
		require.Equal(t, want.number, l.Number())
	}
	_, err := l.Next()
	require.EqualError(t, err, "line of over 4096 bytes")
	_, err = NewLines(bufio.NewReader(strings.NewReader("\n"))).Next()
	require.Equal(t, io.EOF, err)
}
