package safetensors

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/tensor"
)

// refHalf gives the value of a 16-bit number with the given exponent width by
// the textbook definition.
func refHalf(h uint16, exponentBits int) float64 {
	mantissaBits := 15 - exponentBits
	bias := 1<<(exponentBits-1) - 1
	exponent := int(h>>mantissaBits) & (1<<exponentBits - 1)
	fraction := float64(h&(1<<mantissaBits-1)) / float64(int(1)<<mantissaBits)
	var v float64
	switch {
	case exponent == 1<<exponentBits-1 && fraction == 0:
		v = math.Inf(1)
	case exponent == 1<<exponentBits-1:
		v = math.NaN()
	case exponent == 0:
		v = math.Ldexp(fraction, 1-bias)
	default:
		v = math.Ldexp(1+fraction, exponent-bias)
	}
	if h>>15 == 1 {
		return math.Copysign(v, -1)
	}
	return v
}

// same compares values, telling zeros of different sign apart and taking all
// NaNs for equal.
func same(a, b float64) bool {
	if a != a || b != b {
		return a != a && b != b
	}
	return math.Float64bits(a) == math.Float64bits(b)
}

// all16 is the little-endian stored form of all 16-bit numbers in order.
func all16() []byte {
	var b []byte
	for h := range 1 << 16 {
		b = binary.LittleEndian.AppendUint16(b, uint16(h))
	}
	return b
}

func TestAllHalfValues(t *testing.T) {
	f := open(t, encoded(t, nil,
		Raw("f16", tensor.F16, []int{1 << 16}, all16()),
		Raw("bf16", tensor.BF16, []int{1 << 16}, all16())))
	for name, exponentBits := range map[string]int{"f16": 5, "bf16": 8} {
		got32 := make([]float32, 1<<16)
		got64 := make([]float64, 1<<16)
		require.NoError(t, f.ReadFloat32(name, got32))
		require.NoError(t, f.ReadFloat64(name, got64))
		for h := range got32 {
			want := refHalf(uint16(h), exponentBits)
			if !same(float64(got32[h]), want) || !same(got64[h], want) {
				t.Fatalf("%s %04x: got %g and %g, want %g", name, h, got32[h], got64[h], want)
			}
			if math.Signbit(float64(got32[h])) != (h>>15 == 1) {
				t.Fatalf("%s %04x: wrong sign", name, h)
			}
		}
	}
}

// asBF16 gives the bits that the values are stored in.
func asBF16(values []float32) []uint16 {
	stored := make([]byte, 2*len(values))
	encodeBF16(stored, values)
	bits := make([]uint16, len(values))
	for i := range bits {
		bits[i] = binary.LittleEndian.Uint16(stored[2*i:])
	}
	return bits
}

// quiet returns a bfloat16 number as it is stored again: a NaN has its quiet
// bit set, as the processors' own conversions do, and is the same otherwise.
func quiet(h uint16) uint16 {
	if h&0x7fff > 0x7f80 {
		return h | 0x40
	}
	return h
}

func TestBFloat16RoundTrip(t *testing.T) {
	values := make([]float32, 1<<16)
	f := open(t, encoded(t, nil, Raw("x", tensor.BF16, []int{1 << 16}, all16())))
	require.NoError(t, f.ReadFloat32("x", values))
	for h, got := range asBF16(values) {
		if got != quiet(uint16(h)) {
			t.Fatalf("%04x comes back as %04x", h, got)
		}
	}
}

// TestBFloat16Rounding compares with a search in float64 between every pair of
// neighbours: just below the middle, in the middle, just above it.
func TestBFloat16Rounding(t *testing.T) {
	const largest = 0x7f7f
	for lo := uint16(0); lo <= largest; lo++ {
		a := refHalf(lo, 8)
		b := refHalf(lo+1, 8)
		if lo == largest { // Infinity stands in for the next power of two.
			b = math.Ldexp(1, 128)
		}
		middle := float32((a + b) / 2)
		even := lo + lo&1
		values := []float32{math.Nextafter32(middle, 0), middle, math.Nextafter32(middle, math.MaxFloat32)}
		for i, want := range []uint16{lo, even, lo + 1} {
			v := values[i]
			if got := asBF16([]float32{v, -v}); got[0] != want || got[1] != want|0x8000 {
				t.Fatalf("±%g round to %04x, want %04x and its negative", v, got, want)
			}
		}
	}
}

// TestBFloat16Sweep takes numbers from all over float32, NaNs and infinities
// among them, and looks for a bfloat16 number that is nearer.
func TestBFloat16Sweep(t *testing.T) {
	const step = 65521 // A prime, so that all parts of the number vary.
	for u := uint64(0); u < 1<<32; u += step {
		v := math.Float32frombits(uint32(u))
		got := asBF16([]float32{v})[0]
		if v != v {
			if want := uint16(u>>16) | 0x40; got != want {
				t.Fatalf("NaN %08x rounds to %04x, want %04x", u, got, want)
			}
			continue
		}
		if got>>15 != uint16(u>>31) {
			t.Fatalf("%g rounds to %04x of another sign", v, got)
		}
		if got&0x7fff == 0x7f80 { // The test of every pair covers the way to infinity.
			continue
		}
		off := math.Abs(float64(v) - refHalf(got, 8))
		for _, other := range []uint16{got - 1, got + 1} {
			if math.Abs(float64(v)-refHalf(other, 8)) < off {
				t.Fatalf("%g rounds to %04x, %04x is nearer", v, got, other)
			}
		}
	}
}

func TestBFloat16NaN(t *testing.T) {
	for bits, want := range map[uint32]uint16{
		0x7f800001: 0x7fc0, // Nothing of the payload is in the upper half.
		0xff800001: 0xffc0,
		0x7f80ffff: 0x7fc0,
		0x7fa10000: 0x7fe1, // A signalling NaN becomes quiet.
		0x7fffffff: 0x7fff, // A carry would end in the sign.
		0xffffffff: 0xffff,
		0x7fc00000: 0x7fc0,
	} {
		got := asBF16([]float32{math.Float32frombits(bits)})[0]
		require.Equal(t, want, got, "%08x", bits)
	}
}
