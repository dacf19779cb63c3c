package tensor

import (
	"encoding/binary"
	"math"

	"github.com/rereadml/reread/internal/simd"
)

// The tables say which stored types convert to which Go type. The loops use
// encoding/binary rather than package unsafe: the compiler turns each load into
// one instruction, and files read the same on a big-endian machine.
var (
	float32Decoders = map[DType]decoder[float32]{
		F32:  decodeF32[float32],
		F64:  decodeF64[float32],
		F16:  decodeF16[float32],
		BF16: decodeBF16[float32],
	}
	float64Decoders = map[DType]decoder[float64]{
		F32:  decodeF32[float64],
		F64:  decodeF64[float64],
		F16:  decodeF16[float64],
		BF16: decodeBF16[float64],
	}
	int64Decoders = map[DType]decoder[int64]{
		I64:  decodeI64,
		I32:  decodeI32,
		I16:  decodeI16,
		I8:   decodeI8,
		U32:  decodeU32,
		U16:  decodeU16,
		U8:   decodeU8,
		Bool: decodeBool,
	}
)

type float interface{ float32 | float64 }

func decodeF32[T float](dst []T, src []byte) {
	for i := range dst {
		dst[i] = T(math.Float32frombits(binary.LittleEndian.Uint32(src[4*i:])))
	}
}

func decodeF64[T float](dst []T, src []byte) {
	for i := range dst {
		dst[i] = T(math.Float64frombits(binary.LittleEndian.Uint64(src[8*i:])))
	}
}

func decodeF16[T float](dst []T, src []byte) {
	for i := range dst {
		dst[i] = T(fromF16(binary.LittleEndian.Uint16(src[2*i:])))
	}
}

func decodeBF16[T float](dst []T, src []byte) {
	for i := range dst {
		dst[i] = T(simd.BF16(binary.LittleEndian.Uint16(src[2*i:])).Float32())
	}
}

func decodeI64(dst []int64, src []byte) {
	for i := range dst {
		dst[i] = int64(binary.LittleEndian.Uint64(src[8*i:]))
	}
}

func decodeI32(dst []int64, src []byte) {
	for i := range dst {
		dst[i] = int64(int32(binary.LittleEndian.Uint32(src[4*i:])))
	}
}

func decodeI16(dst []int64, src []byte) {
	for i := range dst {
		dst[i] = int64(int16(binary.LittleEndian.Uint16(src[2*i:])))
	}
}

func decodeI8(dst []int64, src []byte) {
	for i := range dst {
		dst[i] = int64(int8(src[i]))
	}
}

func decodeU32(dst []int64, src []byte) {
	for i := range dst {
		dst[i] = int64(binary.LittleEndian.Uint32(src[4*i:]))
	}
}

func decodeU16(dst []int64, src []byte) {
	for i := range dst {
		dst[i] = int64(binary.LittleEndian.Uint16(src[2*i:]))
	}
}

func decodeU8(dst []int64, src []byte) {
	for i := range dst {
		dst[i] = int64(src[i])
	}
}

// decodeBool takes every byte but zero for true.
func decodeBool(dst []int64, src []byte) {
	for i := range dst {
		dst[i] = 0
		if src[i] != 0 {
			dst[i] = 1
		}
	}
}
