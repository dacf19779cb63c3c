package torch

import (
	"errors"
	"fmt"
)

// What a pickle may cost. An instruction takes the time and makes the value of some
// hundred bytes at most, or of as many values as it takes off the stack.
const (
	maxPickle       = 64 << 20 // bytes
	maxInstructions = 4 << 20
	maxProtocol     = 5
)

// An unpickler is the stack machine that a pickle is a program of. It makes the
// values that tensors are described by and nothing else: classes and functions are
// names, and calling one that is not known makes an [other].
type unpickler struct {
	rest  string // of the pickle
	stack []value
	marks []int // positions in stack
	memo  map[uint64]value
}

// unpickle runs a pickle and returns the value that it makes.
func unpickle(pickle string) (value, error) {
	u := &unpickler{rest: pickle, memo: map[uint64]value{}}
	for range maxInstructions {
		at := len(pickle) - len(u.rest)
		op, err := u.uint(1)
		if err == nil && op == stop {
			var v value
			if v, err = u.pop(); err == nil {
				return v, nil
			}
		}
		if err == nil {
			err = u.run(byte(op))
		}
		if err != nil {
			return nil, fmt.Errorf("pickle: byte %d: %w", at, err)
		}
	}
	return nil, fmt.Errorf("pickle: more than %d instructions", maxInstructions)
}

func (u *unpickler) run(op byte) error {
	do, ok := instructions[op]
	if !ok {
		return fmt.Errorf("unknown instruction %#02x", op)
	}
	return do(u)
}

var (
	errCut   = errors.New("it is cut off")
	errStack = errors.New("the stack is empty")
)

// take returns the next n bytes.
func (u *unpickler) take(n uint64) (string, error) {
	if n > uint64(len(u.rest)) {
		return "", errCut
	}
	s := u.rest[:n]
	u.rest = u.rest[n:]
	return s, nil
}

// uint reads a little-endian number of n bytes, at most 8.
func (u *unpickler) uint(n uint64) (uint64, error) {
	s, err := u.take(n)
	x := uint64(0)
	for i := range len(s) {
		x |= uint64(s[i]) << (8 * i)
	}
	return x, err
}

// text reads a string behind its length, a number of n bytes.
func (u *unpickler) text(n uint64) (string, error) {
	length, err := u.uint(n)
	if err != nil {
		return "", err
	}
	return u.take(length)
}

func (u *unpickler) push(v value) { u.stack = append(u.stack, v) }

// top returns the value on the stack, above the last mark.
func (u *unpickler) top() (value, error) {
	if n := len(u.stack); n > u.bottom() {
		return u.stack[n-1], nil
	}
	return nil, errStack
}

func (u *unpickler) pop() (value, error) {
	v, err := u.top()
	if err == nil {
		u.stack = u.stack[:len(u.stack)-1]
	}
	return v, err
}

func (u *unpickler) bottom() int {
	if n := len(u.marks); n > 0 {
		return u.marks[n-1]
	}
	return 0
}

// popMark removes the last mark and the values above it, which it returns. They
// stay where they are until the next push.
func (u *unpickler) popMark() ([]value, error) {
	if len(u.marks) == 0 {
		return nil, errors.New("there is no mark")
	}
	at := u.bottom()
	values := u.stack[at:]
	u.stack = u.stack[:at]
	u.marks = u.marks[:len(u.marks)-1]
	return values, nil
}
