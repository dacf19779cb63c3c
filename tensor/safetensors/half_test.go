package safetensors

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
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
		Raw("f16", F16, []int{1 << 16}, all16()),
		Raw("bf16", BF16, []int{1 << 16}, all16())))
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

func TestBFloat16RoundTrip(t *testing.T) {
	for h := range 1 << 16 {
		if got := toBF16(fromBF16(uint16(h))); got != uint16(h) {
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
		for v, want := range map[float32]uint16{
			math.Nextafter32(middle, 0): lo,
			middle:                      even,
			math.Nextafter32(middle, float32(math.MaxFloat32)): lo + 1,
		} {
			if v != v || math.IsInf(float64(v), 0) {
				continue
			}
			if got := toBF16(v); got != want {
				t.Fatalf("%g rounds to %04x, want %04x", v, got, want)
			}
			if got := toBF16(-v); got != want|0x8000 {
				t.Fatalf("%g rounds to %04x, want %04x", -v, got, want|0x8000)
			}
		}
	}
}

func TestBFloat16NaN(t *testing.T) {
	for _, bits := range []uint32{0x7f800001, 0xff800001, 0x7fffffff, 0xffffffff, 0x7fc00000, 0x7f80ffff} {
		got := toBF16(math.Float32frombits(bits))
		require.True(t, math.IsNaN(refHalf(got, 8)), "%08x gives %04x", bits, got)
		require.Equal(t, bits>>31, uint32(got>>15), "the sign is kept")
	}
}
