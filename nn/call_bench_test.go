package nn_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/internal/flops"
	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// precisions are all, with their short names.
var precisions = []struct {
	short string
	p     nn.Precision
}{{"fp32", nn.FP32}, {"bf16", nn.BF16}, {"int8", nn.INT8}}

// BenchmarkCall times one network call on one puzzle and one core, as inference
// does it, at each level: a supervision step is 21 of them for TRM on Sudoku.
// Where a level has no products in bf16 or int8, they are emulated, and their
// ceiling is that of float32.
func BenchmarkCall(b *testing.B) {
	for _, c := range []struct {
		name     string
		config   designer
		layers   int
		tokenMLP bool
	}{
		{"mlp", trm.SudokuMLP(), trm.SudokuMLP().LLayers, true},
		{"attention", trm.SudokuAttention(), trm.SudokuAttention().LLayers, false},
		{"small", trm.SudokuSmall(), trm.SudokuSmall().LLayers, false},
		{"hrm", hrm.Sudoku(), hrm.Sudoku().HLayers, false},
	} {
		for _, level := range simd.Levels() {
			for _, p := range precisions {
				b.Run(fmt.Sprintf("%s/%v/%s", c.name, level, p.short), func(b *testing.B) {
					previous, err := simd.SetLevel(level)
					require.NoError(b, err)
					defer func() { _, _ = simd.SetLevel(previous) }()
					d, err := c.config.Design()
					require.NoError(b, err)
					m, err := nn.New(d, newRNG())
					require.NoError(b, err)
					require.NoError(b, m.Pack(p.p, false))
					timeCall(b, nn.NetworkCall(m), level, p.p, flops.Call(&d.Arch, c.layers, c.tokenMLP))
				})
			}
		}
	}
}

// timeCall runs a call between two measurements of the ceiling and reports what
// it reaches of their mean, so that both see the same state of a shared machine.
func timeCall(b *testing.B, call func(), level simd.Level, p nn.Precision, flops float64) {
	b.Helper()
	call() // grow buffers
	before := ceiling(level, p)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		call()
	}
	b.StopTimer()
	top := (before + ceiling(level, p)) / 2
	rate := flops * float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(100*rate/top, "%ceiling")
	b.ReportMetric(rate/1e9, "GFLOP/s")
}

// ceiling measures, for about a tenth of a second, how many operations a second
// one core reaches in a loop on registers alone.
func ceiling(level simd.Level, p nn.Precision) float64 {
	const iterations = 1 << 16
	loop := simd.CeilingFMA
	switch p {
	case nn.BF16:
		loop = simd.CeilingBF16
	case nn.INT8:
		loop = simd.CeilingInt8
	}
	start, ops := time.Now(), 0.0
	for time.Since(start) < 100*time.Millisecond {
		ops += loop(level, iterations)
	}
	return ops / time.Since(start).Seconds()
}
