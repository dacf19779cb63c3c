package reread_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/internal/flops"
	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
	"github.com/rereadml/reread/trm"
)

// ceiling measures, for about a tenth of a second, how many floating-point
// operations a second the given number of goroutines reach in a loop on
// registers alone.
func ceiling(level simd.Level, p nn.Precision, goroutines int) float64 {
	const iterations = 1 << 16
	loop := simd.CeilingFMA
	switch p {
	case nn.BF16:
		loop = simd.CeilingBF16
	case nn.INT8:
		loop = simd.CeilingInt8
	}
	var wg sync.WaitGroup
	rates := make([]float64, goroutines)
	for g := range goroutines {
		wg.Go(func() {
			start, flops := time.Now(), 0.0
			for time.Since(start) < 100*time.Millisecond {
				flops += loop(level, iterations)
			}
			rates[g] = flops / time.Since(start).Seconds()
		})
	}
	wg.Wait()
	sum := 0.0
	for _, r := range rates {
		sum += r
	}
	return sum
}

// A load is what a benchmark repeats: the level and precision at which it runs,
// on how many goroutines, and the operations of its matrix products.
type load struct {
	level      simd.Level
	precision  nn.Precision
	goroutines int
	flops      float64
}

// time runs op between two measurements of the ceiling and reports what it
// reaches of their mean, so that both see the same state of a shared machine.
func (l load) time(b *testing.B, op func()) {
	b.Helper()
	op() // grow buffers
	before := ceiling(l.level, l.precision, l.goroutines)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		op()
	}
	b.StopTimer()
	top := (before + ceiling(l.level, l.precision, l.goroutines)) / 2
	rate := l.flops * float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(100*rate/top, "%ceiling")
	b.ReportMetric(rate/1e9, "GFLOP/s")
}

// precisions are those of the benchmarks, with their short names.
var precisions = []struct {
	name string
	p    nn.Precision
}{{"fp32", nn.FP32}, {"bf16", nn.BF16}, {"int8", nn.INT8}}

func atLevel(b *testing.B, level simd.Level) {
	b.Helper()
	previous, err := simd.SetLevel(level)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _, _ = simd.SetLevel(previous) })
}

// BenchmarkMatMul times the products of the models on one core, the right
// operand packed ahead as weights are. Where a level has no products in bf16 or
// int8, they are emulated, and their ceiling is that of float32.
func BenchmarkMatMul(b *testing.B) {
	shapes := [][3]int{
		{776, 512, 3072}, {776, 1536, 512}, {97, 512, 3072}, // channel MLP of the published models
		{776, 512, 1536}, {776, 512, 512}, // attention
		{492, 128, 1024}, {492, 512, 128}, {492, 128, 384}, // the small model
	}
	for _, s := range shapes {
		m, k, n := s[0], s[1], s[2]
		for _, level := range simd.Levels() {
			b.Run(fmt.Sprintf("%dx%dx%d/%v/fp32", m, k, n, level), func(b *testing.B) {
				atLevel(b, level)
				benchmarkProduct[float32](b, level, nn.FP32, m, k, n)
			})
			b.Run(fmt.Sprintf("%dx%dx%d/%v/bf16", m, k, n, level), func(b *testing.B) {
				atLevel(b, level)
				benchmarkProduct[simd.BF16](b, level, nn.BF16, m, k, n)
			})
			b.Run(fmt.Sprintf("%dx%dx%d/%v/int8", m, k, n, level), func(b *testing.B) {
				atLevel(b, level)
				benchmarkProduct[float32](b, level, nn.INT8, m, k, n)
			})
		}
	}
}

func benchmarkProduct[T simd.Element](b *testing.B, level simd.Level, p nn.Precision, m, k, n int) {
	l := load{level, p, 1, 2 * float64(m) * float64(k) * float64(n)}
	l.time(b, newProduct[T](p, m, k, n))
}

// newProduct returns a product of its own memory, its right operand packed.
func newProduct[T simd.Element](p nn.Precision, m, k, n int) func() {
	var scratch simd.Scratch
	var right simd.Packed
	weights := simd.Dense(noise(k*n), k, n)
	switch p {
	case nn.BF16:
		right.PackBF16(simd.Right, weights)
	case nn.INT8:
		right.PackInt8(simd.Right, weights)
	default:
		right.Pack(simd.Right, weights)
	}
	x := simd.Aligned[T](m * k)
	simd.Convert(x, noise(m*k))
	left := simd.Operand[T]{M: simd.Dense(x, m, k)}
	c := simd.Dense(simd.Aligned[T](m*n), m, n)
	return func() { simd.Gemm(&scratch, c, left, simd.Operand[T]{P: &right}, false) }
}

// BenchmarkCores times products on all cores at once. xone is their number in
// the time of one on a core alone.
func BenchmarkCores(b *testing.B) {
	for _, s := range [][3]int{{776, 512, 3072}, {776, 1536, 512}} {
		m, k, n := s[0], s[1], s[2]
		name := fmt.Sprintf("%dx%dx%d/", m, k, n)
		b.Run(name+"fp32", func(b *testing.B) {
			benchmarkCores(b, func() func() { return newProduct[float32](nn.FP32, m, k, n) })
		})
		b.Run(name+"bf16", func(b *testing.B) {
			benchmarkCores(b, func() func() { return newProduct[simd.BF16](nn.BF16, m, k, n) })
		})
		b.Run(name+"int8", func(b *testing.B) {
			benchmarkCores(b, func() func() { return newProduct[float32](nn.INT8, m, k, n) })
		})
	}
}

func benchmarkCores(b *testing.B, product func() func()) {
	cores := runtime.GOMAXPROCS(0)
	var work []func()
	for range cores {
		work = append(work, product())
	}
	// Each iteration pairs both, of enough products to hide what starting
	// goroutines takes.
	repeated := func(f func()) time.Duration {
		start := time.Now()
		for range 10 {
			f()
		}
		return time.Since(start)
	}
	var alone, together time.Duration
	for b.Loop() {
		alone += repeated(work[0])
		start := time.Now()
		var wg sync.WaitGroup
		for _, f := range work {
			wg.Go(func() { repeated(f) })
		}
		wg.Wait()
		together += time.Since(start)
	}
	b.ReportMetric(float64(cores)*float64(alone)/float64(together), "xone")
}

func noise(n int) []float32 {
	rng := rand.New(rand.NewPCG(1, 2))
	x := simd.Floats(n)
	for i := range x {
		x[i] = rng.Float32() - 0.5
	}
	return x
}

// BenchmarkTRM times supervision steps of whole batches on all cores.
func BenchmarkTRM(b *testing.B) {
	for _, p := range []struct {
		name string
		cfg  trm.Config
	}{{"mlp", trm.SudokuMLP()}, {"attention", trm.SudokuAttention()}, {"small", trm.SudokuSmall()}, {"units", trm.SudokuUnits()}} {
		b.Run(p.name, func(b *testing.B) {
			benchmarkTRM(b, p.cfg, usualBatches)
		})
	}
}

// BenchmarkTRMLong is BenchmarkTRM for the 916 positions of the published ARC
// model, where most of the work is attention.
func BenchmarkTRMLong(b *testing.B) {
	benchmarkTRM(b, trm.ARC(1), batches{forward: []int{1, 8}, train: []int{1}})
}

func benchmarkTRM(b *testing.B, cfg trm.Config, sizes batches) {
	benchmarkModel(b, sizes, flops.TRM(&cfg), func() (*nn.Model, error) {
		return trm.New(cfg, rand.New(rand.NewPCG(1, 2)))
	})
}

// BenchmarkHRM is BenchmarkTRM for the Hierarchical Reasoning Model.
func BenchmarkHRM(b *testing.B) {
	for _, p := range []struct {
		name string
		cfg  hrm.Config
	}{{"sudoku", hrm.Sudoku()}, {"small", hrm.SudokuSmall()}} {
		b.Run(p.name, func(b *testing.B) {
			cfg := p.cfg
			benchmarkModel(b, usualBatches, flops.HRM(&cfg), func() (*nn.Model, error) {
				return hrm.New(cfg, rand.New(rand.NewPCG(1, 2)))
			})
		})
	}
}

// batches are the numbers of puzzles that a model is timed on.
type batches struct{ forward, train []int }

var usualBatches = batches{forward: []int{1, 8, 32, 768}, train: []int{1, 32, 96, 768}}

func benchmarkModel(b *testing.B, sizes batches, work flops.Step, build func() (*nn.Model, error)) {
	for _, p := range precisions {
		for _, batch := range sizes.forward {
			b.Run(fmt.Sprintf("forward/%s/batch=%d", p.name, batch), func(b *testing.B) {
				m := mustBuild(b, build)
				if err := m.Pack(p.p, false); err != nil {
					b.Fatal(err)
				}
				cores := runtime.GOMAXPROCS(0)
				step, end := forwardStep(m, batch, cores)
				defer end()
				l := load{simd.Active(), p.p, cores, work.Forward * float64(batch)}
				l.time(b, step)
				reportSteps(b, batch)
			})
		}
		if p.p == nn.INT8 {
			continue // for inference only
		}
		for _, batch := range sizes.train {
			b.Run(fmt.Sprintf("train/%s/batch=%d", p.name, batch), func(b *testing.B) {
				m := mustBuild(b, build)
				cfg := train.Published()
				cfg.BatchSize, cfg.Precision = batch, p.p
				t, err := train.New(m, randomFeed{}, cfg, train.Options{})
				if err != nil {
					b.Fatal(err)
				}
				defer t.Close()
				l := load{simd.Active(), p.p, min(runtime.GOMAXPROCS(0), batch), work.Training * float64(batch)}
				l.time(b, func() {
					if _, err := t.Step(); err != nil {
						b.Fatal(err)
					}
				})
				reportSteps(b, batch)
			})
		}
	}
}

func mustBuild(b *testing.B, build func() (*nn.Model, error)) *nn.Model {
	b.Helper()
	m, err := build()
	if err != nil {
		b.Fatal(err)
	}
	return m
}

func reportSteps(b *testing.B, batch int) {
	b.ReportMetric(float64(batch)*float64(b.N)/b.Elapsed().Seconds(), "puzzle-steps/s")
}

// forwardStep returns one supervision step of a batch, as inference runs it:
// each worker takes groups of puzzles through all cycles, or several goroutines
// share one. end ends the goroutines.
func forwardStep(m *nn.Model, batch, cores int) (step, end func()) {
	workers := min(cores, batch)
	size := min(m.GroupSize(), batch/workers)
	var groups [][]*nn.Group // by worker
	var nets []nn.Worker
	for w := range workers {
		lo, hi := w*batch/workers, (w+1)*batch/workers
		var mine []*nn.Group
		for ; lo < hi; lo += size {
			mine = append(mine, newGroup(m, min(size, hi-lo)))
		}
		groups, nets = append(groups, mine), append(nets, m.NewWorker(size, cores/workers))
	}
	step = func() {
		var wg sync.WaitGroup
		for w := range nets {
			wg.Go(func() {
				for _, g := range groups[w] {
					if err := nets[w].Step(g); err != nil {
						panic(err) // a fault of the benchmark
					}
				}
			})
		}
		wg.Wait()
	}
	return step, func() {
		for _, w := range nets {
			w.Close()
		}
	}
}

func newGroup(m *nn.Model, n int) *nn.Group {
	g, cells := m.NewGroup(n, false), m.Arch().SeqLen
	for i := range n {
		_, _ = randomFeed{}.At(uint64(i), g.Inputs[i*cells:(i+1)*cells], make([]int32, cells))
	}
	return g
}

// randomFeed makes rows that look like Sudoku to the model.
type randomFeed struct{}

func (randomFeed) At(n uint64, inputs, labels []int32) (int32, error) {
	rng := rand.New(rand.NewPCG(1, n))
	for i := range inputs {
		inputs[i], labels[i] = int32(1+rng.IntN(10)), int32(2+rng.IntN(9))
	}
	return 0, nil
}
