package eval

import (
	"fmt"
	"math/bits"
)

// bitset holds a bit for each row of a puzzle set, row i in bit i%8 of byte
// i/8. In JSON it is base64.
type bitset []byte

func newBitset(rows int) bitset { return make(bitset, bytesOf(rows)) }

func bytesOf(rows int) int { return rows/8 + (rows%8+7)/8 }

func (b bitset) has(i int) bool { return b[i/8]>>(i%8)&1 == 1 }

func (b bitset) set(i int) { b[i/8] |= 1 << (i % 8) }

func (b bitset) count() int64 {
	n := 0
	for _, v := range b {
		n += bits.OnesCount8(v)
	}
	return int64(n)
}

func (b bitset) merge(o bitset) {
	for i := range b {
		b[i] |= o[i]
	}
}

// common returns the rows that are in both.
func (b bitset) common(o bitset) bitset {
	out := make(bitset, len(b))
	for i := range b {
		out[i] = b[i] & o[i]
	}
	return out
}

// first returns the first row of a set that is not empty.
func (b bitset) first() int {
	for i, v := range b {
		if v != 0 {
			return 8*i + bits.TrailingZeros8(v)
		}
	}
	return -1
}

func (b bitset) check(rows int) error {
	if len(b) != bytesOf(rows) {
		return fmt.Errorf("%d bytes for %d rows", len(b), rows)
	}
	if used := rows % 8; used != 0 && b[len(b)-1]>>used != 0 {
		return fmt.Errorf("bits beyond row %d", rows-1)
	}
	return nil
}
