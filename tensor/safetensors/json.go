package safetensors

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A parser walks the header token by token. Unmarshalling into Go types would
// be shorter, but it lets the last of several equal keys win, ignores the case
// of field names and rounds numbers; a header must mean the same to every reader.
type parser struct {
	raw []byte
	dec *json.Decoder
}

// newParser checks the whole text first, so that the walk meets only structural
// surprises and never a syntax error half-way.
func newParser(raw []byte) (*parser, error) {
	switch {
	case !utf8.Valid(raw):
		return nil, fmt.Errorf("the header is not valid UTF-8")
	case !json.Valid(raw):
		return nil, fmt.Errorf("the header is not valid JSON")
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	return &parser{raw: raw, dec: dec}, nil
}

// object calls each for every key; each must consume the value.
func (p *parser) object(what string, each func(key string) error) error {
	if err := p.delim('{', what); err != nil {
		return err
	}
	seen := make(map[string]struct{})
	for p.dec.More() {
		key, err := p.text(what)
		if err != nil {
			return err
		}
		if _, dup := seen[key]; dup {
			return fmt.Errorf("%s has the key %q twice", what, key)
		}
		seen[key] = struct{}{}
		if err := each(key); err != nil {
			return err
		}
	}
	_, err := p.dec.Token()
	return err
}

// array calls each for every element; each must consume it.
func (p *parser) array(what string, each func() error) error {
	if err := p.delim('[', what); err != nil {
		return err
	}
	for p.dec.More() {
		if err := each(); err != nil {
			return err
		}
	}
	_, err := p.dec.Token()
	return err
}

func (p *parser) delim(want json.Delim, what string) error {
	tok, err := p.dec.Token()
	if err != nil {
		return err
	}
	if tok != want {
		return fmt.Errorf("%s: found %s, want %v", what, describe(tok), want)
	}
	return nil
}

// text reads a string or an object key.
func (p *parser) text(what string) (string, error) {
	start := p.dec.InputOffset()
	tok, err := p.dec.Token()
	if err != nil {
		return "", err
	}
	s, ok := tok.(string)
	if !ok {
		return "", fmt.Errorf("%s: found %s, want a string", what, describe(tok))
	}
	if strings.ContainsRune(s, utf8.RuneError) && !spelled(p.raw[start:p.dec.InputOffset()]) {
		return "", fmt.Errorf("%s: %q has half a surrogate pair", what, s)
	}
	return s, nil
}

// spelled reports whether the source of a string really contains the
// replacement character. Otherwise the decoder put it where an escape like
// \ud800 stood alone, and different names could turn into the same one.
func spelled(src []byte) bool {
	return bytes.Contains(src, []byte("\uFFFD")) ||
		bytes.Contains(bytes.ToLower(src), []byte(`\ufffd`))
}

// number reads an integer between zero and limit.
func (p *parser) number(what string, limit uint64) (uint64, error) {
	tok, err := p.dec.Token()
	if err != nil {
		return 0, err
	}
	lit, ok := tok.(json.Number)
	if !ok {
		return 0, fmt.Errorf("%s: found %s, want a number", what, describe(tok))
	}
	n, err := strconv.ParseUint(string(lit), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s: %s is not a whole number from 0 on", what, lit)
	}
	if n > limit {
		return 0, fmt.Errorf("%s: %s is too large", what, lit)
	}
	return n, nil
}

// skip passes over one value.
func (p *parser) skip() error {
	var ignored json.RawMessage
	return p.dec.Decode(&ignored)
}

func (p *parser) shape() ([]int, error) {
	shape := []int{}
	err := p.array("shape", func() error {
		n, err := p.number("shape", math.MaxInt)
		shape = append(shape, int(n))
		return err
	})
	return shape, err
}

func (p *parser) offsets() (lo, hi int64, err error) {
	var pair [2]int64
	n := 0
	err = p.array("data_offsets", func() error {
		v, err := p.number("data_offsets", math.MaxInt64)
		if n < len(pair) {
			pair[n] = int64(v)
		}
		n++
		return err
	})
	if err == nil && n != len(pair) {
		err = fmt.Errorf("data_offsets has %d numbers, want 2", n)
	}
	return pair[0], pair[1], err
}

func describe(tok json.Token) string {
	switch v := tok.(type) {
	case nil:
		return "null"
	case json.Delim:
		return v.String()
	case string:
		return "a string"
	case json.Number:
		return "a number"
	default:
		return fmt.Sprint(v)
	}
}
