package train

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/internal/machine"
	"github.com/rereadml/reread/trm"
)

func TestFootprintCheck(t *testing.T) {
	f := footprint{fixed: 2e9, row: 1e6}
	for _, c := range []struct {
		batch int
		have  uint64
		want  string
	}{
		{1000, 3e9, ""},
		{1 << 20, 0, ""}, // not known
		{1001, 3e9, "train: global_batch_size 1001 needs about 3 GB of memory, and there is 3 GB; 1000 would fit"},
		{1 << 20, 5e9, "3000 would fit"},
		{1, 2e9, "train: this model needs about 2 GB of memory to be trained, and there is 2 GB"},
	} {
		err := f.check(c.batch, c.have)
		if c.want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, c.want)
		}
	}
}

// TestNewChecksMemory asks for a batch that few machines could hold.
func TestNewChecksMemory(t *testing.T) {
	m, err := trm.New(trm.SudokuMLP(), rand.New(rand.NewPCG(1, 2)))
	require.NoError(t, err)
	cfg := Laptop()
	cfg.BatchSize = 1 << 20
	if have := machine.Memory(); have == 0 || have > 400e9 {
		t.Skip("the memory of this machine is not known, or vast")
	}
	_, err = New(m, feedFor(m), cfg, Options{Workers: 1})
	require.ErrorContains(t, err, "would fit")
}

// TestFootprintOfMuon: each worker has two copies of the largest matrix and two
// squares of the largest smaller side.
func TestFootprintOfMuon(t *testing.T) {
	m := newModel(t, kindHRM, tinyArch())
	adam, muon := tinyConfig(5, 100), muonConfig(5, 100)
	const largest, side = 2 * 256 * 16, 16 // of the SwiGLU, and the width
	for workers := 1; workers < 4; workers++ {
		want := newFootprint(m, &adam, workers)
		want.fixed += uint64(workers) * 4 * 2 * (largest + side*side)
		require.Equal(t, want, newFootprint(m, &muon, workers))
	}
}
