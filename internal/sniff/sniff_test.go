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
		"\x93NUMPY\x01\x00":            "a NumPy array (.npy)",
		"\r\n <!DOCTYPE html><title>":  "an HTML page",
		"\ufeff<html lang=en>":         "an HTML page",
		"<?xml version=\"1.0\"?>":      "an XML document",
		"{\"a\": 1}":                   "JSON text",
		"\xff\xfea\x00":                "text in UTF-16, little-endian",
		"s\x00o\x00u\x00r\x00":         "text in UTF-16 without a byte order mark",
		"\x00s\x00o\x00u\x00r":         "text in UTF-16 without a byte order mark",
		strings.Repeat("\x00", 9):      "nothing but zero bytes, as after a download or copy that broke off",
		"Dear reader,\n":               `text that begins with "Dear reader,\n"`,
		strings.Repeat("é", 50) + "\n": `text that begins with "` + strings.Repeat("é", 40) + `"`,
		"\x01\x02":                     `binary data that begins with "\x01\x02"`,
		"a\xff b and more":             `binary data that begins with "a\xff b and more"`,
		"version https://git-lfs.github.com/spec/v1\noid sha256:": "a Git LFS pointer, not the file itself",
	} {
		require.Equal(t, want, Describe([]byte(head)))
	}
}

// The kind says what there is to do, which is the same for many formats.
func TestLook(t *testing.T) {
	for head, want := range map[string]Kind{
		"":             Other,
		"\x01\x02\x03": Unknown,
		"version https://git-lfs.github.com/spec/v1\n": Pointer,
		"\x80\x02}q\x00":         Pickled,
		"\x80\x04\x95\x0a":       Pickled,
		"\x80\x07}q":             Unknown,
		"PK\x03\x04\x14\x00":     Packed,
		"\x1f\x8b\x08":           Packed,
		"<html>":                 Page,
		"{":                      Other,
		"GGUF\x03":               Other,
		"\x08\x08\x12\x06reread": Other,
	} {
		kind, _ := Look([]byte(head))
		require.Equal(t, want, kind, "%q", head)
	}
}
