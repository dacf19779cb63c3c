package simd

import (
	"math"
	"testing"
)

// worst returns the largest relative error of f over n values of x from lo to
// hi, and where it is.
func worst(lo, hi float64, n int, f func(x float32) (got float32, want float64)) (relative float64, at float32) {
	for i := range n {
		x := float32(lo + (hi-lo)*float64(i)/float64(n-1))
		got, want := f(x)
		if e := math.Abs(float64(got)-want) / math.Abs(want); !(e <= relative) {
			relative, at = e, x
		}
	}
	return relative, at
}

func TestExp32(t *testing.T) {
	const bound = 1e-7
	for _, r := range []struct{ lo, hi float64 }{{-87.33, 88.37}, {-1, 1}, {-1e-3, 1e-3}} {
		e, at := worst(r.lo, r.hi, 2_000_000, func(x float32) (float32, float64) {
			return exp32(x), math.Exp(float64(x))
		})
		if !(e <= bound) {
			t.Errorf("[%v, %v]: relative error %.3g at %v, want at most %.3g", r.lo, r.hi, e, at, bound)
		}
	}
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	if !math.IsNaN(float64(exp32(nan))) {
		t.Error("e^NaN is not NaN")
	}
	for _, c := range []struct{ x, want float32 }{{0, 1}, {-inf, 0}, {-1e4, 0}, {-88, 0}, {88.4, inf}, {1e4, inf}, {inf, inf}} {
		if got := exp32(c.x); got != c.want {
			t.Errorf("e^%v is %v, want %v", c.x, got, c.want)
		}
	}
}

// TestSiLUAccuracy sweeps the exponential and the sigmoid of every level.
func TestSiLUAccuracy(t *testing.T) {
	const bound = 2.5e-7
	const n = 1 << 12
	x, y, one := make([]float32, n), make([]float32, n), make([]float32, n)
	for i := range one {
		one[i] = 1
	}
	forEachLevel(t, func(t *testing.T, _ Level) {
		for lo := -87.0; lo < 88; lo++ {
			for i := range x {
				x[i] = float32(lo + float64(i)/n)
			}
			SiLUMul(y, x, one)
			for i, v := range x {
				g := float64(v)
				want := g / (1 + math.Exp(-g))
				if e := math.Abs(float64(y[i]) - want); !(e <= bound*math.Abs(want)) {
					t.Fatalf("silu(%v) is %v, want %v", v, y[i], want)
				}
			}
		}
	})
}

func TestSiLULimits(t *testing.T) {
	inf := float32(math.Inf(1))
	forEachLevel(t, func(t *testing.T, _ Level) {
		x := []float32{0, inf, 1e30, 100, -100, -1e30}
		want := []float32{0, inf, 1e30, 100, 0, 0}
		one := []float32{1, 1, 1, 1, 1, 1}
		y := make([]float32, len(x))
		SiLUMul(y, x, one)
		for i, w := range want {
			if y[i] != w {
				t.Errorf("silu(%v) is %v, want %v", x[i], y[i], w)
			}
		}
		gate := append([]float32(nil), x[2:]...)
		SiLUMulBackward(gate, one[:4], []float32{1, 1, 1, 1})
		for i, w := range []float32{1, 1, 0, 0} {
			if gate[i] != w {
				t.Errorf("silu'(%v) is %v, want %v", x[2+i], gate[i], w)
			}
		}
	})
}

func TestSoftmaxLimits(t *testing.T) {
	inf := float32(math.Inf(1))
	forEachLevel(t, func(t *testing.T, _ Level) {
		for _, n := range []int{2, 9, 17, 40} {
			x := make([]float32, n) // all but two of the numbers are masked out
			for i := range x {
				x[i] = -inf
			}
			x[0], x[n-1] = 1e30, 1e30
			SoftmaxRows(x, x, n, n, 1)
			for i, v := range x {
				want := float32(0)
				if i == 0 || i == n-1 {
					want = 0.5
				}
				if v != want {
					t.Fatalf("number %d of %d is %v, want %v", i, n, v, want)
				}
			}
			x[n/2] = inf
			SoftmaxRows(x, x, n, n, 1)
			for i, v := range x {
				if !math.IsNaN(float64(v)) {
					t.Fatalf("number %d of a row with an infinity is %v", i, v)
				}
			}
		}
	})
}

// TestSoftmaxStride checks that the numbers between rows stay as they are.
func TestSoftmaxStride(t *testing.T) {
	const rows, cols, stride = 5, 21, 32
	forEachLevel(t, func(t *testing.T, _ Level) {
		fresh := func() []float32 {
			x := make([]float32, (rows-1)*stride+cols)
			for i := range x {
				x[i] = guardNaN
				if i%stride < cols {
					x[i] = float32(i % 7)
				}
			}
			return x
		}
		x, dx := fresh(), fresh()
		SoftmaxRows(x, x, cols, stride, 1)
		SoftmaxBackwardRows(dx, dx, x, cols, stride, 1)
		y, dy := fresh(), fresh()
		for i := 0; i < len(y); i += stride {
			SoftmaxRows(y[i:i+cols], y[i:i+cols], cols, cols, 1)
			SoftmaxBackwardRows(dy[i:i+cols], dy[i:i+cols], y[i:i+cols], cols, cols, 1)
		}
		for i := range x {
			if math.Float32bits(x[i]) != math.Float32bits(y[i]) || math.Float32bits(dx[i]) != math.Float32bits(dy[i]) {
				t.Fatalf("number %d is %v and %v, want %v and %v", i, x[i], dx[i], y[i], dy[i])
			}
		}
	})
}

// TestSoftmaxCompletesPairs checks the numbers between rows of bfloat16
// numbers: a zero behind a row of odd length, the others as they were.
func TestSoftmaxCompletesPairs(t *testing.T) {
	const rows, stride = 3, 32
	guard := ToBF16(guardNaN)
	forEachLevel(t, func(t *testing.T, _ Level) {
		for _, cols := range []int{1, 8, 9, 16, 21, 31, 32} {
			p, ds, x := make([]BF16, rows*stride), make([]BF16, rows*stride), make([]float32, rows*stride)
			for i := range p {
				p[i], ds[i] = guard, guard
			}
			SoftmaxRows(p, x, cols, stride, 1)
			SoftmaxBackwardRows(ds, x, p, cols, stride, 1)
			for i := range p {
				want := guard
				if i%stride == cols && cols%2 != 0 {
					want = 0
				}
				if i%stride >= cols && (p[i] != want || ds[i] != want) {
					t.Fatalf("%d columns: number %d is %v and %v, want %v", cols, i, p[i], ds[i], want)
				}
			}
		}
	})
}
