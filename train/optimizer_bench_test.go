package train

import (
	"testing"
	"time"

	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// BenchmarkOptimizer times what follows the gradient: the optimiser, the
// averaged weights and their layouts, on the published model of five million
// parameters. %step is its share of a whole step at batch 96.
func BenchmarkOptimizer(b *testing.B) {
	for _, p := range []nn.Precision{nn.FP32, nn.BF16} {
		b.Run(string(p), func(b *testing.B) {
			m := newModel(b, kindMLP, trm.SudokuMLP().Arch)
			cfg := Published()
			cfg.BatchSize, cfg.Precision = 96, p
			t := newTrainer(b, m, cfg, 0)
			steps(b, t, 1) // grows buffers
			start := time.Now()
			steps(b, t, 1)
			step := time.Since(start)
			for b.Loop() {
				t.optimise()
			}
			b.ReportMetric(100*float64(b.Elapsed())/float64(b.N)/float64(step), "%step")
		})
	}
}
