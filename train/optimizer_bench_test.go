package train

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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

// BenchmarkMuon is BenchmarkOptimizer with Muon, at other batches too. Its cost
// does not depend on the batch, so that %step falls as the batch grows.
func BenchmarkMuon(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		name  string
		batch int
		model func() (*nn.Model, error)
	}{
		{"trm", 96, func() (*nn.Model, error) { return trm.New(trm.SudokuMLP(), rng) }},
		{"trm small", 32, func() (*nn.Model, error) { return trm.New(trm.SudokuSmall(), rng) }},
		{"hrm", 8, func() (*nn.Model, error) { return hrm.New(hrm.Sudoku(), rng) }},
	} {
		b.Run(fmt.Sprintf("%s/batch %d", c.name, c.batch), func(b *testing.B) {
			m, err := c.model()
			require.NoError(b, err)
			benchmarkOptimizer(b, m, muonConfig(c.batch, 1000))
		})
	}
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
