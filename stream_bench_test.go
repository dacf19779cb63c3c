package reread_test

import (
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// BenchmarkStream answers Sudokus by the small model and reports how fast that
// is beside the engine alone, which goes through as many supervision steps
// right before and after.
func BenchmarkStream(b *testing.B) {
	m := mustBuild(b, func() (*nn.Model, error) { return trm.New(trm.SudokuSmall(), rand.New(rand.NewPCG(1, 2))) })
	const puzzles = 200
	work := puzzles * m.Arch().HaltMaxSteps
	step, end := forwardStep(m, puzzles, runtime.GOMAXPROCS(0))
	defer end()
	raw := func() time.Duration {
		start := time.Now()
		for range m.Arch().HaltMaxSteps {
			step()
		}
		return time.Since(start)
	}
	stream := func() {
		for _, err := range reread.Stream(b.Context(), m, func(yield func(reread.Puzzle) bool) {
			for i := range puzzles {
				p := reread.Puzzle{Tokens: make([]int32, sudoku.Cells)}
				_, _ = randomFeed{}.At(uint64(i), p.Tokens, make([]int32, sudoku.Cells))
				if !yield(p) {
					return
				}
			}
		}, nil) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	raw()
	before := raw()
	b.ReportAllocs()
	for b.Loop() {
		stream()
	}
	alone := (before + raw()) / 2
	took := b.Elapsed() / time.Duration(b.N)
	b.ReportMetric(100*alone.Seconds()/took.Seconds(), "%engine")
	b.ReportMetric(float64(work)/took.Seconds(), "puzzle-steps/s")
}
