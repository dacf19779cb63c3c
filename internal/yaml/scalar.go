package yaml

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// inline reads the value that begins with text on the current line and goes on on
// lines that are indented further than what it is in.
func (p *parser) inline(text string, parent int) (v any, err error) {
	begin := p.at
	defer func() {
		if err != nil {
			p.at = begin // for the error to name the line
		}
	}()
	switch text[0] {
	case '"', '\'':
		s, rest, err := quoted(p.block(text, parent))
		if err != nil {
			return nil, err
		}
		return s, (&flow{rest: rest}).end()
	case '[', '{':
		f := &flow{rest: p.block(text, parent)}
		if v, err = f.value(); err != nil {
			return nil, err
		}
		return v, f.end()
	case '|', '>':
		return nil, errors.New("block scalars are not supported")
	case '%', '@', '`':
		return nil, fmt.Errorf("%.60q begins with a reserved character", text)
	}
	text = unbroken(p.block(text, parent))
	if strings.Contains(text+" ", ": ") {
		return nil, fmt.Errorf("%.60q has a key in it", text)
	}
	return plain(text), nil
}

// block returns text and the lines that go on with it, and passes them.
func (p *parser) block(text string, parent int) string {
	var b strings.Builder
	b.WriteString(text)
	for p.at++; p.at < len(p.lines); p.at++ {
		l := p.lines[p.at]
		if !l.blank() && l.indent <= parent {
			break
		}
		b.WriteString("\n" + l.text)
	}
	return b.String()
}

// unbroken puts the lines of a text without quotes on one, without comments.
func unbroken(block string) string {
	var b strings.Builder
	for l := range strings.SplitSeq(block, "\n") {
		if l == "" || l[0] == '#' {
			continue
		}
		l, _, _ = strings.Cut(l, " #")
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strings.TrimRight(l, " "))
	}
	return b.String()
}

// quoted splits text after the quotes that it begins with.
func quoted(text string) (s, rest string, err error) {
	if text[0] == '"' {
		return doubleQuoted(text[1:])
	}
	var b strings.Builder
	text = text[1:]
	for {
		part, after, ok := strings.Cut(text, "'")
		if !ok {
			return "", "", errQuote
		}
		fold(&b, part)
		if !strings.HasPrefix(after, "'") {
			return b.String(), after, nil
		}
		b.WriteByte('\'')
		text = after[1:]
	}
}

// fold writes text with a space for the end of a line, and the end of a line for
// each empty one.
func fold(b *strings.Builder, text string) {
	for {
		i := strings.IndexByte(text, '\n')
		if i < 0 {
			b.WriteString(text)
			return
		}
		b.WriteString(text[:i])
		rest := strings.TrimLeft(text[i:], "\n")
		if ends := len(text) - i - len(rest); ends > 1 {
			b.WriteString(strings.Repeat("\n", ends-1))
		} else {
			b.WriteByte(' ')
		}
		text = rest
	}
}

var errQuote = errors.New("a quote is not closed")

func doubleQuoted(text string) (s, rest string, err error) {
	var b strings.Builder
	for {
		i := strings.IndexAny(text, `"\`)
		if i < 0 {
			return "", "", errQuote
		}
		fold(&b, text[:i])
		if text[i] == '"' {
			return b.String(), text[i+1:], nil
		}
		r, n, err := escape(text[i+1:])
		if err != nil {
			return "", "", err
		}
		b.WriteString(r)
		text = text[i+1+n:]
	}
}

// escapes are the characters after a backslash that stand for another. At the end of
// a line, the next one follows at once.
var escapes = map[byte]string{
	'0': "\x00", 'a': "\a", 'b': "\b", 't': "\t", 'n': "\n", 'v': "\v", 'f': "\f", 'r': "\r", 'e': "\x1b",
	'\n': "", ' ': " ", '"': `"`, '/': "/", '\\': `\`, 'N': "\u0085", '_': "\u00a0", 'L': "\u2028", 'P': "\u2029",
}

// escape returns what the text after a backslash stands for, and its length.
func escape(text string) (string, int, error) {
	if text == "" {
		return "", 0, errQuote
	}
	if s, ok := escapes[text[0]]; ok {
		return s, 1, nil
	}
	digits, ok := map[byte]int{'x': 2, 'u': 4, 'U': 8}[text[0]]
	if !ok || len(text) <= digits {
		return "", 0, fmt.Errorf(`unknown escape \%.1s`, text)
	}
	code, err := strconv.ParseUint(text[1:1+digits], 16, 32)
	if err != nil || code > utf8.MaxRune {
		return "", 0, fmt.Errorf(`escape \%s is no character`, text[:1+digits])
	}
	return string(rune(code)), 1 + digits, nil
}

// number matches what JSON takes for one too.
var number = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)

// plain returns the value of text without quotes.
func plain(text string) any {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return nil
	case "true", "True", "TRUE":
		return true
	case "false", "False", "FALSE":
		return false
	}
	if number.MatchString(text) {
		return json.Number(text)
	}
	return text
}
