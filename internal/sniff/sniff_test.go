package sniff

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDescribe(t *testing.T) {
	for head, want := range map[string]string{
		"":                             "an empty file",
		"PK\x03\x04\x14\x00":           "a zip archive",
		"\x93NUMPY\x01\x00":            "a NumPy array",
		"\r\n <!DOCTYPE html><title>":  "an HTML page",
		"\ufeff<html lang=en>":         "an HTML page",
		"<?xml version=\"1.0\"?>":      "an XML document",
		"{\"a\": 1}":                   "JSON",
		"\xff\xfea\x00":                "text in UTF-16, little-endian",
		"s\x00o\x00u\x00r\x00":         "text in UTF-16 without a byte order mark",
		"\x00s\x00o\x00u\x00r":         "text in UTF-16 without a byte order mark",
		strings.Repeat("\x00", 9):      "nothing but zero bytes",
		"Dear reader,\n":               `text that begins with "Dear reader,\n"`,
		strings.Repeat("é", 30) + "\n": `text that begins with "` + strings.Repeat("é", 20) + `"`,
		"\x01\x02":                     `binary data that begins with "\x01\x02"`,
		"a\xff b and more":             `binary data that begins with "a\xff b and more"`,
		"version https://git-lfs.github.com/spec/v1\noid sha256:": "a pointer to a file in Git LFS, not the file itself",
	} {
		require.Equal(t, want, Describe([]byte(head)))
	}
}
