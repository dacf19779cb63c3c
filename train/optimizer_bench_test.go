package train

import (
	"testing"
	"time"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// BenchmarkOptimizer times what follows the gradient: the optimiser, the
// averaged weights and their layouts, on the published model of five million
// parameters. %step is its share of a whole step at batch 96.
func BenchmarkOptimizer(b *testing.B) {
	for _, p := range []nn.Precision{nn.FP32, nn.BF16} {
		cfg := Published()
		cfg.BatchSize, cfg.Precision = 96, p
		b.Run(string(p), func(b *testing.B) { benchmarkOptimizer(b, newModel(b, kindMLP, trm.SudokuMLP().Arch), cfg) })
	}
}

// BenchmarkMuon is BenchmarkOptimizer with Muon, whose cost does not depend on
// the batch: the share of a step is that of the published batch divided by how
// many times larger that is.
func BenchmarkMuon(b *testing.B) {
	cfg := muonConfig(96, 1000)
	b.Run("trm", func(b *testing.B) { benchmarkOptimizer(b, newModel(b, kindMLP, trm.SudokuMLP().Arch), cfg) })
	b.Run("hrm", func(b *testing.B) { benchmarkOptimizer(b, newModel(b, kindHRM, hrm.Sudoku().Arch), cfg) })
	b.Run("trm-small", func(b *testing.B) { benchmarkOptimizer(b, newModel(b, kindMLP, trm.SudokuSmall().Arch), cfg) })
}

func benchmarkOptimizer(b *testing.B, m *nn.Model, cfg Config) {
	t := newTrainer(b, m, cfg, 0)
	steps(b, t, 1) // grows buffers
	start := time.Now()
	steps(b, t, 1)
	step := time.Since(start)
	for b.Loop() {
		t.optimise()
	}
	b.ReportMetric(100*float64(b.Elapsed())/float64(b.N)/float64(step), "%step")
}
