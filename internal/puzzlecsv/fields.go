package puzzlecsv

import (
	"bytes"
	"errors"
	"fmt"
)

// columns says in which of count fields of a line a column stands; -1 for nowhere.
type columns struct {
	source, question, answer, rating int
	count                            int
}

func parseHeader(line []byte) (columns, error) {
	c := columns{source: -1, question: -1, answer: -1, rating: -1}
	names, err := splitFields(nil, line)
	if err != nil {
		return c, err
	}
	c.count = len(names)
	for i, name := range names {
		at := c.named(string(name))
		if at == nil {
			return c, fmt.Errorf("unknown column %.60q", name)
		}
		if *at >= 0 {
			return c, fmt.Errorf("column %q twice", name)
		}
		*at = i
	}
	if c.question < 0 || c.answer < 0 {
		return c, errors.New("no column question or no column answer")
	}
	return c, nil
}

func (c *columns) named(name string) *int {
	switch name {
	case "source":
		return &c.source
	case "question":
		return &c.question
	case "answer":
		return &c.answer
	case "rating":
		return &c.rating
	}
	return nil
}

// splitFields appends the fields of a line to fields. They lie in the line, which is
// changed where quotes are doubled. A quoted field ends on its line.
func splitFields(fields [][]byte, line []byte) ([][]byte, error) {
	for {
		var field []byte
		var more, ok bool
		if len(line) > 0 && line[0] == '"' {
			field, line, more, ok = cutQuoted(line)
		} else {
			field, line, more = bytes.Cut(line, []byte(","))
			ok = bytes.IndexByte(field, '"') < 0
		}
		if !ok {
			return fields, fmt.Errorf("field %d is quoted wrongly", len(fields)+1)
		}
		fields = append(fields, field)
		if !more {
			return fields, nil
		}
	}
}

// cutQuoted takes a quoted field off a line. more reports whether a comma follows it;
// ok is false if the quotes do not match.
func cutQuoted(line []byte) (field, rest []byte, more, ok bool) {
	field, rest = line[1:1], line[1:]
	for {
		i := bytes.IndexByte(rest, '"')
		if i < 0 {
			return nil, nil, false, false
		}
		field = append(field, rest[:i]...)
		rest = rest[i+1:]
		switch {
		case len(rest) == 0:
			return field, nil, false, true
		case rest[0] == ',':
			return field, rest[1:], true, true
		case rest[0] != '"':
			return nil, nil, false, false
		}
		field = append(field, '"')
		rest = rest[1:]
	}
}
