package simd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// newRowIndex returns random sums of count rows of n.
func newRowIndex(tb testing.TB, sums, count, n int, rng *rand.Rand) *RowIndex {
	index := make([]int32, sums*count)
	for i := range index {
		index[i] = int32(rng.IntN(n))
	}
	x, err := NewRowIndex(index, count, n)
	require.NoError(tb, err)
	return &x
}

// testSums are those that vectorKernels makes, by the number of sums: each of
// three rows of as many, or of nine.
var testSums = map[int]*RowIndex{5: neighbours(5, 3), 81: neighbours(81, 9)}

// neighbours returns the index of sums of each row and those that follow it,
// the first after the last.
func neighbours(n, count int) *RowIndex {
	var index []int32
	for i := range n {
		for j := range count {
			index = append(index, int32((i+j)%n))
		}
	}
	x, err := NewRowIndex(index, count, n)
	if err != nil {
		panic(err)
	}
	return &x
}

func sumFloat64(dst, src []float64, x *RowIndex, d int, scale float64, accumulate bool) {
	for i := range x.sums {
		for j := range d {
			var sum float64
			for _, r := range x.index[i*x.count : (i+1)*x.count] {
				sum += src[int(r)*d+j]
			}
			if !accumulate {
				dst[i*d+j] = 0
			}
			dst[i*d+j] += scale * sum
		}
	}
}

// sumPlainly is SumRows as its comment says it.
func sumPlainly[T Element](dst, src []T, x *RowIndex, d int, scale float32, accumulate bool) {
	wideDst, wideSrc := make([]float32, len(dst)), make([]float32, len(src))
	Convert(wideDst, dst)
	Convert(wideSrc, src)
	for i := range wideDst {
		rows := x.index[i/d*x.count:][:x.count]
		sum := wideSrc[int(rows[0])*d+i%d]
		for _, r := range rows[1:] {
			sum += wideSrc[int(r)*d+i%d]
		}
		sum = float32(scale * sum) // not fused with an addition
		if accumulate {
			sum += wideDst[i]
		}
		wideDst[i] = sum
	}
	Convert(dst, wideDst)
}

// All levels give the same bits.
func TestSumRows(t *testing.T) {
	t.Run("float32", testSumRows[float32])
	t.Run("bfloat16", testSumRows[BF16])
}

func testSumRows[T Element](t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	columns := append(testLengths(), 96, 192, 256, 257)
	forEachLevel(t, func(t *testing.T, _ Level) {
		for _, d := range columns {
			for i, count := range []int{1, 2, 3, 6, 9, 17} {
				sums, n := []int{0, 1, 2, 7}[rng.IntN(4)], 1+rng.IntN(9)
				checkSums[T](t, newRowIndex(t, sums, count, n, rng), d, rng.IntN(16), i%2 == 0, rng)
			}
		}
	})
}

// A matrix whose sums take several calls of a kernel.
func TestSumRowsInSeveralCalls(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	forEachLevel(t, func(t *testing.T, _ Level) {
		checkSums[float32](t, newRowIndex(t, 500, 9, 243, rng), 96, 0, true, rng)
		checkSums[BF16](t, newRowIndex(t, 3, 2, 2, rng), sumsPerCall(1)+1, 0, false, rng)
	})
}

// checkSums compares sums at the active level with those of sumPlainly.
func checkSums[T Element](t *testing.T, x *RowIndex, d, off int, accumulate bool, rng *rand.Rand) {
	t.Helper()
	sizes := []int{x.sums * d, x.limit * d}
	s, intact := offsetBy(off)(t, []int{floatsFor[T](sizes[0]), floatsFor[T](sizes[1])})
	var numbers [2][]T
	for i, size := range sizes {
		numbers[i] = as[T](s[i], size)
		random := make([]float32, size)
		for j := range random {
			random[j] = float32(rng.NormFloat64())
		}
		Convert(numbers[i], random)
	}
	dst, src, scale := numbers[0], numbers[1], float32(rng.NormFloat64())
	want, before := slices.Clone(dst), slices.Clone(src)
	sumPlainly(want, src, x, d, scale, accumulate)
	SumRows(dst, src, x, d, scale, accumulate)
	intact()
	require.Equal(t, bitsOf(before), bitsOf(src))
	require.Equal(t, bitsOf(want), bitsOf(dst), "%d sums of %d rows of %d numbers, accumulate %v", x.sums, x.count, d, accumulate)
}

func bitsOf[T Element](x []T) []uint32 {
	bits := make([]uint32, len(x))
	for i, v := range x {
		switch v := any(v).(type) {
		case float32:
			bits[i] = math.Float32bits(v)
		case BF16:
			bits[i] = uint32(v)
		}
	}
	return bits
}

// A NaN or an infinity reaches the sums of its column and no others.
func TestSumRowsKeepsColumnsApart(t *testing.T) {
	t.Run("float32", testColumnsApart[float32])
	t.Run("bfloat16", testColumnsApart[BF16])
}

func testColumnsApart[T Element](t *testing.T) {
	const n, d = 5, 67
	forEachLevel(t, func(t *testing.T, _ Level) {
		for _, special := range []float32{float32(math.NaN()), float32(math.Inf(1))} {
			for at := range n * d {
				numbers, dst, sums := make([]float32, n*d), make([]T, n*d), make([]float32, n*d)
				numbers[at] = special
				src := make([]T, n*d)
				Convert(src, numbers)
				SumRows(dst, src, neighbours(n, 3), d, 1, false)
				Convert(sums, dst)
				for i, v := range sums {
					below := (at/d - i/d + n) % n
					reached := i%d == at%d && below < 3
					if reached != (v != 0) {
						t.Fatalf("whether number %d reaches %d: %v, want %v", at, i, v != 0, reached)
					}
				}
			}
		}
	})
}

// A sum of negative zeros stays one: nothing is added to the first row.
func TestSumRowsKeepsNegativeZero(t *testing.T) {
	negative := float32(math.Copysign(0, -1))
	x := neighbours(2, 2)
	forEachLevel(t, func(t *testing.T, _ Level) {
		src, dst := []float32{negative, negative, negative, negative}, make([]float32, 4)
		SumRows(dst, src, x, 2, 1, false)
		require.Equal(t, bitsOf(src), bitsOf(dst))
	})
}

func TestRowIndexIsChecked(t *testing.T) {
	for _, c := range []struct {
		index    []int32
		count, n int
		want     string
	}{
		{nil, 0, 3, "sums of 0 rows"},
		{nil, -1, 3, "sums of -1 rows"},
		{[]int32{0, 1, 2}, 2, 3, "3 rows do not make sums of 2"},
		{[]int32{0, 1, 2, 3}, 2, 3, "row 3 of sum 1 does not exist: have 3 rows"},
		{[]int32{0, -1}, 2, 3, "row -1 of sum 0 does not exist: have 3 rows"},
		{[]int32{0}, 1, 0, "row 0 of sum 0 does not exist: have 0 rows"},
	} {
		_, err := NewRowIndex(c.index, c.count, c.n)
		require.EqualError(t, err, "simd: "+c.want)
	}
	x, err := NewRowIndex(nil, 3, 0)
	require.NoError(t, err)
	require.Zero(t, x.Sums())
	SumRows[float32](nil, nil, &x, 4, 1, false)
}

// The index is the caller's to change.
func TestRowIndexIsCopied(t *testing.T) {
	index := []int32{1, 0}
	x, err := NewRowIndex(index, 1, 2)
	require.NoError(t, err)
	index[0] = 100
	dst := make([]float32, 2)
	SumRows(dst, []float32{3, 4}, &x, 1, 2, false)
	require.Equal(t, []float32{8, 6}, dst)
}

func TestSumRowsRefusesOverlap(t *testing.T) {
	x := neighbours(5, 3)
	m := make([]float32, 40)
	for _, from := range []int{0, 1, 19} {
		require.Panics(t, func() { SumRows(m[from:from+20], m[:20], x, 4, 1, false) }, "%d", from)
		require.Panics(t, func() { SumRows(m[:20], m[from:from+20], x, 4, 1, false) }, "%d", from)
	}
	SumRows(m[20:], m[:20], x, 4, 1, false)
	SumRows(m[:20], m[20:], x, 4, 1, false)
}

// BenchmarkSumRows reports nanoseconds for 64 bytes of the rows that are added.
func BenchmarkSumRows(b *testing.B) {
	b.Run("float32", benchmarkSumRows[float32])
	b.Run("bfloat16", benchmarkSumRows[BF16])
}

func benchmarkSumRows[T Element](b *testing.B) {
	rng := rand.New(rand.NewPCG(25, 26))
	for _, rows := range []int{81, 243, 729} {
		for _, d := range []int{64, 96, 128} {
			for _, count := range []int{3, 6, 9} {
				x := newRowIndex(b, rows, count, rows, rng)
				dst, src := Aligned[T](rows*d), Aligned[T](rows*d)
				for _, level := range Levels() {
					b.Run(fmt.Sprintf("%dx%d-of-%d/%v", rows, d, count, level), func(b *testing.B) {
						setLevel(b, level)
						for b.Loop() {
							SumRows(dst, src, x, d, 0.5, false)
						}
						vectors := float64(4*floatsFor[T](rows*count*d)) / cacheLine
						b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/vectors, "ns/64B")
					})
				}
			}
		}
	}
}
