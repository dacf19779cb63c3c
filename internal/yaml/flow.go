package yaml

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// A flow reads collections in brackets and braces, over as many lines as they take.
type flow struct {
	rest  string
	depth int
}

// skip passes spaces, ends of lines and comments.
func (f *flow) skip() {
	for {
		f.rest = strings.TrimLeft(f.rest, " \n")
		if !strings.HasPrefix(f.rest, "#") {
			return
		}
		_, f.rest, _ = strings.Cut(f.rest, "\n")
	}
}

// end reports what is behind the end of a value and no comment.
func (f *flow) end() error {
	if f.skip(); f.rest != "" {
		return fmt.Errorf("%.60q after the end of a value", f.rest)
	}
	return nil
}

func (f *flow) take(token string) bool {
	f.skip()
	rest, ok := strings.CutPrefix(f.rest, token)
	if ok {
		f.rest = rest
	}
	return ok
}

func (f *flow) value() (any, error) {
	if f.depth++; f.depth > maxDepth {
		return nil, errDepth
	}
	defer func() { f.depth-- }()
	f.skip()
	f.rest = properties(f.rest)
	switch {
	case f.take("["):
		return f.sequence()
	case f.take("{"):
		return f.mapping()
	}
	return f.scalar()
}

var errBracket = errors.New("a bracket is not closed")

func (f *flow) sequence() (any, error) {
	out := []any{}
	for !f.take("]") {
		if f.rest == "" {
			return nil, errBracket
		}
		v, err := f.value()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
		if !f.take(",") && !strings.HasPrefix(f.rest, "]") {
			return nil, f.unexpected()
		}
	}
	return out, nil
}

func (f *flow) mapping() (any, error) {
	out := map[string]any{}
	for !f.take("}") {
		if f.rest == "" {
			return nil, errBracket
		}
		key, err := f.text()
		if err != nil {
			return nil, err
		}
		if _, twice := out[key]; twice {
			return nil, fmt.Errorf("key %.60q occurs twice", key)
		}
		out[key] = nil
		if f.take(":") && !f.ends() {
			if out[key], err = f.value(); err != nil {
				return nil, err
			}
		}
		if !f.take(",") && !strings.HasPrefix(f.rest, "}") {
			return nil, f.unexpected()
		}
	}
	return out, nil
}

// ends reports whether there is no value before the next key.
func (f *flow) ends() bool {
	f.skip()
	return strings.HasPrefix(f.rest, ",") || strings.HasPrefix(f.rest, "}")
}

func (f *flow) unexpected() error {
	if f.rest == "" {
		return errBracket
	}
	return fmt.Errorf("want a comma or the end of a collection at %.60q", f.rest)
}

func (f *flow) scalar() (any, error) {
	if strings.HasPrefix(f.rest, `"`) || strings.HasPrefix(f.rest, "'") {
		return f.text()
	}
	s, err := f.text()
	return plain(s), err
}

// keyEnd matches the colon after a key.
var keyEnd = regexp.MustCompile(`:([ \n]|$)`)

// text reads a quoted or plain scalar.
func (f *flow) text() (s string, err error) {
	f.skip()
	if strings.HasPrefix(f.rest, `"`) || strings.HasPrefix(f.rest, "'") {
		s, f.rest, err = quoted(f.rest)
		return s, err
	}
	end := len(f.rest)
	if i := strings.IndexAny(f.rest, ",[]{}"); i >= 0 {
		end = i
	}
	if at := keyEnd.FindStringIndex(f.rest[:end]); at != nil {
		end = at[0]
	}
	if end == 0 {
		return "", f.unexpected()
	}
	s, f.rest = unbroken(f.rest[:end]), f.rest[end:]
	return s, nil
}
