package npy

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Type is an element type: a boolean, or an integer of 1, 2, 4 or 8 bytes, with or
// without a sign, in either byte order.
type Type struct {
	kind byte // b, i or u, as in NumPy
	size int8 // bytes
	big  bool // big-endian; never set for a single byte
}

// The types that arrays are written in here.
var (
	Uint8 = Type{kind: 'u', size: 1}
	Int32 = Type{kind: 'i', size: 4}
)

// String returns NumPy's name of the type, such as "|u1" or "<i4".
func (t Type) String() string {
	order := '<'
	switch {
	case t.size == 1:
		order = '|'
	case t.big:
		order = '>'
	}
	return fmt.Sprintf("%c%c%d", order, t.kind, t.size)
}

// ParseType reads NumPy's name of a type.
func ParseType(name string) (Type, error) {
	if len(name) == 3 && strings.IndexByte("<>|", name[0]) >= 0 {
		t := Type{kind: name[1], size: int8(name[2] - '0')}
		t.big = name[0] == '>' && t.size > 1
		// A bar says that there is no byte order to tell.
		if t.known() && (name[0] != '|' || t.size == 1) {
			return t, nil
		}
	}
	return Type{}, fmt.Errorf("elements of type %.60q%s, want integers of 1, 2, 4 or 8 bytes such as |u1 or <i4", name, kindOf(name))
}

func (t Type) known() bool {
	switch t.kind {
	case 'b':
		return t.size == 1
	case 'i', 'u':
		return t.size == 1 || t.size == 2 || t.size == 4 || t.size == 8
	}
	return false
}

// kindOf explains the name of a type that is not read, if it can.
func kindOf(name string) string {
	kinds := map[byte]string{
		'f': "floating-point numbers", 'c': "complex numbers", 'U': "text", 'S': "bytes",
		'O': "pickled Python objects", 'M': "dates", 'm': "times", 'V': "records",
	}
	name = strings.TrimLeft(name, "<>|=")
	if name == "" || kinds[name[0]] == "" {
		return ""
	}
	return ", that is " + kinds[name[0]]
}

// decode turns raw bytes, which it changes, into values and returns the index of the
// first value that does not fit, or -1.
func (t Type) decode(dst []int32, raw []byte) int {
	if t.big {
		for from := 0; from < len(raw); from += int(t.size) {
			slices.Reverse(raw[from : from+int(t.size)])
		}
	}
	if t.kind == 'i' {
		return t.decodeSigned(dst, raw)
	}
	return t.decodeUnsigned(dst, raw)
}

func (t Type) decodeSigned(dst []int32, raw []byte) int {
	switch t.size {
	case 1:
		for i := range dst {
			dst[i] = int32(int8(raw[i]))
		}
	case 2:
		for i := range dst {
			dst[i] = int32(int16(binary.LittleEndian.Uint16(raw[2*i:])))
		}
	case 4:
		for i := range dst {
			dst[i] = int32(binary.LittleEndian.Uint32(raw[4*i:]))
		}
	case 8:
		for i := range dst {
			v := int64(binary.LittleEndian.Uint64(raw[8*i:]))
			if v < math.MinInt32 || v > math.MaxInt32 {
				return i
			}
			dst[i] = int32(v)
		}
	}
	return -1
}

func (t Type) decodeUnsigned(dst []int32, raw []byte) int {
	switch t.size {
	case 1:
		for i := range dst {
			dst[i] = int32(raw[i])
		}
	case 2:
		for i := range dst {
			dst[i] = int32(binary.LittleEndian.Uint16(raw[2*i:]))
		}
	case 4:
		for i := range dst {
			if dst[i] = int32(binary.LittleEndian.Uint32(raw[4*i:])); dst[i] < 0 {
				return i
			}
		}
	case 8:
		for i := range dst {
			v := binary.LittleEndian.Uint64(raw[8*i:])
			if v > math.MaxInt32 {
				return i
			}
			dst[i] = int32(v)
		}
	}
	return -1
}

// encode appends the bytes of values, up to the first that does not fit, and returns
// its index, or -1.
func (t Type) encode(b []byte, values []int32) ([]byte, int) {
	if t == Uint8 { // most arrays are: tokens of small vocabularies
		for i, v := range values {
			if uint32(v) > math.MaxUint8 {
				return b, i
			}
			b = append(b, byte(v))
		}
		return b, -1
	}
	for i, v := range values {
		if !t.Fits(v) {
			return b, i
		}
		var little [8]byte
		binary.LittleEndian.PutUint64(little[:], uint64(int64(v)))
		value := little[:t.size]
		if t.big {
			slices.Reverse(value)
		}
		b = append(b, value...)
	}
	return b, -1
}

// Fits reports whether v is a value of the type.
func (t Type) Fits(v int32) bool {
	low, high := int64(0), int64(1)
	switch bits := 8 * int(t.size); {
	case t.kind == 'b':
	case bits == 64 && t.kind == 'i':
		return true
	case bits == 64:
		return v >= 0
	case t.kind == 'i':
		low, high = -1<<(bits-1), 1<<(bits-1)-1
	default:
		high = 1<<bits - 1
	}
	return low <= int64(v) && int64(v) <= high
}
