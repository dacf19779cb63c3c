package yaml

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Format returns a value in block style with sorted keys, as yaml.dump writes it.
// Values of other types than those of [Parse] are an error, as are maps and lists
// that lie too deep for it.
func Format(v any) ([]byte, error) {
	f := new(formatter)
	f.value(v, 0, 0)
	return f.out.Bytes(), f.err
}

type formatter struct {
	out bytes.Buffer
	err error
}

// value writes what goes after a key or a dash, at the beginning of a line or not.
func (f *formatter) value(v any, indent, depth int) {
	if depth > maxDepth-2 {
		f.err = errDepth
	}
	if f.err != nil {
		return
	}
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 {
			f.line("{}")
			return
		}
		for i, key := range slices.Sorted(maps.Keys(v)) {
			f.indent(i, indent)
			f.out.WriteString(scalar(key) + ":")
			f.below(v[key], indent, depth)
		}
	case []any:
		if len(v) == 0 {
			f.line("[]")
			return
		}
		for i, item := range v {
			f.indent(i, indent)
			f.out.WriteString("- ")
			f.value(item, indent+2, depth+1)
		}
	case string:
		f.line(scalar(v))
	case json.Number:
		if !number.MatchString(v.String()) {
			f.err = fmt.Errorf("yaml: %q is no number", v)
		}
		f.line(withPoint(v.String()))
	case bool, nil:
		text, _ := json.Marshal(v)
		f.line(string(text))
	default:
		f.err = fmt.Errorf("yaml: a value of type %T", v)
	}
}

// below writes the value of a key: a collection on lines of its own, of which a
// sequence is indented like the key.
func (f *formatter) below(v any, indent, depth int) {
	switch c := v.(type) {
	case map[string]any:
		if len(c) > 0 {
			indent += 2
			f.out.WriteString("\n" + strings.Repeat(" ", indent))
			f.value(v, indent, depth+1)
			return
		}
	case []any:
		if len(c) > 0 {
			f.out.WriteString("\n" + strings.Repeat(" ", indent))
			f.value(v, indent, depth+1)
			return
		}
	}
	f.out.WriteByte(' ')
	f.value(v, indent, depth+1)
}

// indent begins a line of a collection but for the first, which has begun.
func (f *formatter) indent(i, indent int) {
	if i > 0 {
		f.out.WriteString(strings.Repeat(" ", indent))
	}
}

// withPoint gives a number with an exponent the point without which Python takes it
// for text.
func withPoint(number string) string {
	if i := strings.IndexAny(number, "eE"); i >= 0 && !strings.Contains(number, ".") {
		return number[:i] + ".0" + number[i:]
	}
	return number
}

func (f *formatter) line(text string) { f.out.WriteString(text + "\n") }

// simple matches text that needs no quotes, unless it is the name of a value.
var simple = regexp.MustCompile(`^[A-Za-z_/][A-Za-z0-9_./@+-]*( [A-Za-z0-9_./@+-]+)*$`)

// named are texts that other readers take for truth values.
var named = regexp.MustCompile(`^(?i:null|true|false|yes|no|on|off|y|n)$`)

func scalar(s string) string {
	if simple.MatchString(s) && !named.MatchString(s) {
		return s
	}
	text, _ := json.Marshal(s) // a string has a JSON form, which YAML takes
	return string(text)
}
