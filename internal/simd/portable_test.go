package simd

import (
	"encoding/binary"
	"hash"
	"hash/fnv"
	"math"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPortableBits holds the portable code to the bits that it gives everywhere,
// in a browser too.
func TestPortableBits(t *testing.T) {
	if runtime.GOARCH == "arm64" {
		t.Skip("the compiler fuses multiplications and additions")
	}
	setLevel(t, Generic)
	sum := fnv.New64a()
	r := newRand()
	for _, p := range []product{
		{m: 97, n: 65, k: 64, packRight: true},
		{m: 7, n: 9, k: 33, a: transposed, b: transposed, accumulate: true},
		{m: 34, n: 12, k: 1301, packLeft: true},
	} {
		a, b, c := matrixOf[float32](p.m, p.k, p.a, r), matrixOf[float32](p.k, p.n, p.b, r), matrixOf[float32](p.m, p.n, plain, r)
		Gemm(new(Scratch), c, typed(a, Left, p.packLeft), typed(b, Right, p.packRight), p.accumulate)
		addBits(sum, c.Data)
	}
	x, y := matrixOf[float32](9, 35, plain, r).Data, matrixOf[float32](9, 35, plain, r).Data
	SiLUMul(x, x, y)
	addBits(sum, x)
	AddRMSNormRows(x, x, y, make([]float32, 9), 1e-5)
	addBits(sum, x)
	SoftmaxRows(x, x, 35, 35, 0.5)
	addBits(sum, x)
	require.Equal(t, uint64(0x83a931dfef8979a), sum.Sum64())
}

func addBits(sum hash.Hash, x []float32) {
	for _, v := range x {
		sum.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
	}
}
