package sniff

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// text tells kinds of text apart; what is not text is Unknown.
func text(head []byte) (Kind, string) {
	if wide(head) {
		return Other, "text in UTF-16 without a byte order mark"
	}
	content := bytes.TrimPrefix(head, []byte("\ufeff"))
	begin := bytes.ToLower(bytes.TrimSpace(content))
	switch {
	case bytes.HasPrefix(begin, []byte("<!doctype html")), bytes.HasPrefix(begin, []byte("<html")):
		return Page, "an HTML page"
	case bytes.HasPrefix(begin, []byte("<?xml")):
		return Page, "an XML document"
	case !isText(content):
		return Unknown, ""
	case bytes.HasPrefix(begin, []byte("{")), bytes.HasPrefix(begin, []byte("[")):
		return Other, "JSON text"
	}
	return Other, fmt.Sprintf("text that begins with %.40q", content)
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

// isText reports whether all of b is printable, but for a character that is cut
// off at its end.
func isText(b []byte) bool {
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
