package reread_test

import (
	"math/rand/v2"
	"testing"

	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

func BenchmarkUnits(b *testing.B) {
	cfg := trm.SudokuUnits()
	d, p := 64.0, 729.0
	call := 2 * 2 * (2*p*d*d + 810*d*d + p*d*3*160)
	benchmarkModel(b, batches{forward: []int{32}, train: []int{64}}, call*3, call*9, func() (*nn.Model, error) {
		return trm.New(cfg, rand.New(rand.NewPCG(1, 2)))
	})
}
