// Package yaml reads and writes what Python's yaml.dump makes of plain values, and
// what people write in its place: block and flow collections, plain and quoted
// scalars, comments. Tags and anchors are passed over; an alias stays the text that
// it is. Block scalars, complex keys and several documents are errors.
//
// A value is a map[string]any, []any, string, [json.Number], bool or nil, as
// package encoding/json makes them.
package yaml

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds how deep collections lie in each other.
const maxDepth = 100

// Parse returns the value of a document, nil for an empty one. Errors name the line.
func Parse(text []byte) (any, error) {
	if !utf8.Valid(text) {
		return nil, errors.New("line 1: it is not text in UTF-8")
	}
	p := &parser{lines: split(string(text))}
	v, err := p.document()
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", p.at+1, err)
	}
	return v, nil
}

// A line is the text of one, after indent spaces.
type line struct {
	indent int
	text   string
}

// blank reports a line without content.
func (l line) blank() bool { return l.text == "" || l.text[0] == '#' }

func split(text string) []line {
	var lines []line
	for l := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		l = strings.TrimRight(l, " \t\r\n")
		if l == "..." { // the end of the document
			break
		}
		t := strings.TrimLeft(l, " ")
		lines = append(lines, line{len(l) - len(t), t})
	}
	return lines
}

// A parser is at a line, whose beginning it may have taken off.
type parser struct {
	lines []line
	at    int
	depth int
}

// next skips lines without content and returns the one after them.
func (p *parser) next() (line, bool) {
	for p.at < len(p.lines) && p.lines[p.at].blank() {
		p.at++
	}
	if p.at == len(p.lines) {
		return line{}, false
	}
	return p.lines[p.at], true
}

func (p *parser) document() (any, error) {
	l, ok := p.next()
	if ok && l.text == "---" {
		p.at++
		l, ok = p.next()
	}
	if !ok {
		return nil, nil
	}
	v, err := p.node(l.indent - 1)
	if err != nil {
		return nil, err
	}
	if l, ok := p.next(); ok {
		return nil, fmt.Errorf("%.60q does not go with the lines before", l.text)
	}
	return v, nil
}

// node reads the value that begins at the current line, inside of something that is
// indented by parent.
func (p *parser) node(parent int) (any, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, errDepth
	}
	defer func() { p.depth-- }()
	l := p.lines[p.at]
	if l.text[0] == '\t' {
		return nil, errors.New("it is indented by a tab")
	}
	if l.text == "-" || strings.HasPrefix(l.text, "- ") {
		return p.sequence(l.indent)
	}
	if strings.HasPrefix(l.text, "? ") {
		return nil, errors.New("complex keys are not supported")
	}
	if _, _, ok := cutKey(l.text); ok {
		return p.mapping(l.indent)
	}
	return p.inline(l.text, parent)
}

var errDepth = fmt.Errorf("more than %d collections in each other", maxDepth)

func (p *parser) sequence(indent int) (any, error) {
	out := []any{}
	for {
		l, ok := p.next()
		if !ok || l.indent != indent || l.text != "-" && !strings.HasPrefix(l.text, "- ") {
			return out, p.ends(l, ok, indent)
		}
		rest := strings.TrimLeft(l.text[1:], " ")
		var v any
		var err error
		if rest = properties(rest); rest == "" || rest[0] == '#' {
			v, err = p.below(indent, false)
		} else {
			p.lines[p.at] = line{indent + len(l.text) - len(rest), rest}
			v, err = p.node(indent)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
}

func (p *parser) mapping(indent int) (any, error) {
	out := map[string]any{}
	for {
		l, ok := p.next()
		if !ok || l.indent != indent {
			return out, p.ends(l, ok, indent)
		}
		key, rest, ok := cutKey(l.text)
		if !ok {
			return nil, fmt.Errorf("%.60q has no key", l.text)
		}
		if _, twice := out[key]; twice {
			return nil, fmt.Errorf("key %.60q occurs twice", key)
		}
		var err error
		if rest = properties(rest); rest == "" || rest[0] == '#' {
			out[key], err = p.below(indent, true)
		} else {
			out[key], err = p.inline(rest, indent)
		}
		if err != nil {
			return nil, err
		}
	}
}

// ends reports a line after a collection that belongs to nothing.
func (p *parser) ends(l line, ok bool, indent int) error {
	if ok && l.indent > indent {
		return fmt.Errorf("%.60q is indented too far", l.text)
	}
	return nil
}

// below reads the value on the lines after the current one. Sequences may be
// indented like the key that they are the value of.
func (p *parser) below(indent int, key bool) (any, error) {
	p.at++
	l, ok := p.next()
	list := ok && (l.text == "-" || strings.HasPrefix(l.text, "- "))
	if !ok || l.indent < indent || l.indent == indent && !(key && list) {
		return nil, nil
	}
	return p.node(indent)
}

// properties takes tags and anchors off a value.
func properties(text string) string {
	for strings.HasPrefix(text, "!") || strings.HasPrefix(text, "&") {
		_, rest, _ := strings.Cut(text, " ")
		text = strings.TrimLeft(rest, " ")
	}
	return text
}

// cutKey splits a line of a mapping.
func cutKey(text string) (key, rest string, ok bool) {
	if text[0] == '"' || text[0] == '\'' {
		key, rest, err := quoted(text)
		if err != nil || !strings.HasPrefix(rest, ":") {
			return "", "", false
		}
		rest = rest[1:]
		return key, strings.TrimLeft(rest, " "), rest == "" || rest[0] == ' '
	}
	if strings.ContainsAny(text[:1], "[{|>*&!%@`#,]}\t") {
		return "", "", false
	}
	key, rest, ok = strings.Cut(text+" ", ": ")
	if key == "" || strings.Contains(key, " #") {
		return "", "", false
	}
	return strings.TrimRight(key, " "), strings.Trim(rest, " "), ok
}
