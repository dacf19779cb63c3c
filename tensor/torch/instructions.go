package torch

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const stop = '.'

// instructions are those that Python writes in protocols 1 to 5.
var instructions = map[byte]func(*unpickler) error{
	0x80: (*unpickler).protocol,
	0x95: func(u *unpickler) error { _, err := u.take(8); return err }, // a frame

	'N':  push(other("None")),
	0x88: push(other("True")),
	0x89: push(other("False")),
	'J':  number(func(u *unpickler) (int64, error) { x, err := u.uint(4); return int64(int32(x)), err }),
	'K':  number(func(u *unpickler) (int64, error) { x, err := u.uint(1); return int64(x), err }),
	'M':  number(func(u *unpickler) (int64, error) { x, err := u.uint(2); return int64(x), err }),
	'I':  decimal,
	'L':  decimal,
	0x8a: long(1),
	0x8b: long(4),
	'G':  skip(8, "a number"),

	'X':  text(4),
	0x8c: text(1),
	0x8d: text(8),
	'B':  blob(4),
	'C':  blob(1),
	0x8e: blob(8),
	0x96: blob(8),

	'(':  func(u *unpickler) error { u.marks = append(u.marks, len(u.stack)); return nil },
	'0':  func(u *unpickler) error { _, err := u.pop(); return err },
	'1':  func(u *unpickler) error { _, err := u.popMark(); return err },
	')':  push(tuple(nil)),
	0x85: tupleOf(1),
	0x86: tupleOf(2),
	0x87: tupleOf(3),
	't':  (*unpickler).tuple,
	']':  push(other("a list")),
	'a':  func(u *unpickler) error { _, err := u.pop(); return err },
	'e':  func(u *unpickler) error { _, err := u.popMark(); return err },
	0x8f: push(other("a set")),
	0x90: func(u *unpickler) error { _, err := u.popMark(); return err },
	0x91: (*unpickler).frozenSet,
	'}':  func(u *unpickler) error { u.push(new(dict)); return nil },
	's':  (*unpickler).setItem,
	'u':  (*unpickler).setItems,

	'q':  put(1),
	'r':  put(4),
	0x94: func(u *unpickler) error { return u.remember(uint64(len(u.memo))) },
	'h':  get(1),
	'j':  get(4),

	'c':  (*unpickler).global,
	0x93: (*unpickler).stackGlobal,
	'R':  (*unpickler).reduce,
	0x81: (*unpickler).newObject,
	0x92: func(u *unpickler) error {
		if _, err := u.pop(); err != nil { // named arguments
			return err
		}
		return u.newObject()
	},
	'b': func(u *unpickler) error { _, err := u.pop(); return err }, // attributes
	'Q': (*unpickler).persistent,
}

func (u *unpickler) protocol() error {
	n, err := u.uint(1)
	if err == nil && n > maxProtocol {
		err = fmt.Errorf("protocol %d, want at most %d", n, maxProtocol)
	}
	return err
}

func push(v value) func(*unpickler) error {
	return func(u *unpickler) error { u.push(v); return nil }
}

func skip(n uint64, what other) func(*unpickler) error {
	return func(u *unpickler) error {
		_, err := u.take(n)
		u.push(what)
		return err
	}
}

func number(read func(*unpickler) (int64, error)) func(*unpickler) error {
	return func(u *unpickler) error {
		x, err := read(u)
		u.push(x)
		return err
	}
}

// decimal reads a line with a number, as protocol 1 has for large numbers and
// truth values.
func decimal(u *unpickler) error {
	line, err := u.line()
	if err != nil {
		return err
	}
	x, err := strconv.ParseInt(strings.TrimSuffix(line, "L"), 10, 64)
	if err != nil {
		u.push(other("a number"))
		return nil
	}
	u.push(x)
	return nil
}

// long reads a number in two's complement behind its length in bytes.
func long(n uint64) func(*unpickler) error {
	return func(u *unpickler) error {
		s, err := u.text(n)
		if err != nil {
			return err
		}
		if len(s) > 8 {
			u.push(other("a number"))
			return nil
		}
		x := uint64(0)
		for i := range 8 {
			switch {
			case i < len(s):
				x |= uint64(s[i]) << (8 * i)
			case len(s) > 0 && s[len(s)-1] >= 0x80:
				x |= 0xff << (8 * i)
			}
		}
		u.push(int64(x))
		return nil
	}
}

func text(n uint64) func(*unpickler) error {
	return func(u *unpickler) error {
		s, err := u.text(n)
		u.push(s)
		return err
	}
}

func blob(n uint64) func(*unpickler) error {
	return func(u *unpickler) error {
		_, err := u.text(n)
		u.push(other("bytes"))
		return err
	}
}

func tupleOf(n int) func(*unpickler) error {
	return func(u *unpickler) error {
		at := len(u.stack) - n
		if at < u.bottom() {
			return errStack
		}
		t := tuple(slices.Clone(u.stack[at:]))
		u.stack = append(u.stack[:at], t)
		return nil
	}
}

func (u *unpickler) tuple() error {
	values, err := u.popMark()
	u.push(tuple(slices.Clone(values)))
	return err
}

func (u *unpickler) frozenSet() error {
	_, err := u.popMark()
	u.push(other("a set"))
	return err
}

func (u *unpickler) setItem() error {
	item, err := u.pop()
	if err != nil {
		return err
	}
	key, err := u.pop()
	if err != nil {
		return err
	}
	return u.store([]value{key, item})
}

func (u *unpickler) setItems() error {
	pairs, err := u.popMark()
	if err != nil {
		return err
	}
	if len(pairs)%2 != 0 {
		return errors.New("a key without an item")
	}
	return u.store(pairs)
}

// store puts pairs of keys and items in what is on the stack.
func (u *unpickler) store(pairs []value) error {
	v, err := u.top()
	if d, ok := v.(*dict); ok {
		for i := 0; i < len(pairs); i += 2 {
			d.set(pairs[i], pairs[i+1])
		}
	}
	return err
}

func put(n uint64) func(*unpickler) error {
	return func(u *unpickler) error {
		i, err := u.uint(n)
		if err != nil {
			return err
		}
		return u.remember(i)
	}
}

func (u *unpickler) remember(i uint64) error {
	v, err := u.top()
	u.memo[i] = v
	return err
}

func get(n uint64) func(*unpickler) error {
	return func(u *unpickler) error {
		i, err := u.uint(n)
		if err != nil {
			return err
		}
		v, ok := u.memo[i]
		if !ok {
			return fmt.Errorf("nothing is remembered as %d", i)
		}
		u.push(v)
		return nil
	}
}

// line returns the next line without its end.
func (u *unpickler) line() (string, error) {
	line, rest, ok := strings.Cut(u.rest, "\n")
	if !ok {
		return "", errCut
	}
	u.rest = rest
	return line, nil
}

func (u *unpickler) global() error {
	module, err := u.line()
	if err != nil {
		return err
	}
	name, err := u.line()
	if err != nil {
		return err
	}
	return u.pushGlobal(module, name)
}

func (u *unpickler) stackGlobal() error {
	name, err := u.pop()
	if err != nil {
		return err
	}
	module, err := u.pop()
	if err != nil {
		return err
	}
	m, ok := module.(string)
	n, fine := name.(string)
	if !ok || !fine {
		return errors.New("the name of a class is no string")
	}
	return u.pushGlobal(m, n)
}

// maxName is above what the names that matter have. Longer ones are not kept, for a
// few instructions could put a name together of long texts again and again.
const maxName = 128

func (u *unpickler) pushGlobal(module, name string) error {
	if len(module)+len(name) > maxName {
		u.push(other("something of a long name"))
		return nil
	}
	u.push(global(module + "." + name))
	return nil
}

// reduce calls a function.
func (u *unpickler) reduce() error {
	args, err := u.pop()
	if err != nil {
		return err
	}
	function, err := u.pop()
	if err != nil {
		return err
	}
	u.push(call(function, args))
	return nil
}

// newObject makes an object of a class.
func (u *unpickler) newObject() error {
	if _, err := u.pop(); err != nil { // arguments
		return err
	}
	class, err := u.pop()
	u.push(object(class))
	return err
}

// persistent refers to a storage.
func (u *unpickler) persistent() error {
	id, err := u.pop()
	if err != nil {
		return err
	}
	u.push(refer(id))
	return nil
}
