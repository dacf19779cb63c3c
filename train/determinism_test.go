package train

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

var precisions = []nn.Precision{nn.FP32, nn.BF16}

// TestWorkersDoNotMatter has batches that the shards do not divide.
func TestWorkersDoNotMatter(t *testing.T) {
	for _, kind := range allKinds() {
		for _, precision := range precisions {
			for _, size := range []int{5, 17, 33} {
				t.Run(fmt.Sprintf("%s/%s/batch %d", kind, precision, size), func(t *testing.T) {
					want := ""
					for _, workers := range []int{1, 2, 3, 5} {
						cfg := tinyConfig(size, 100)
						cfg.Precision = precision
						arch := tinyArch()
						arch.StateNoise = 0.25
						tr := newTrainer(t, newModel(t, kind, arch), cfg, workers)
						steps(t, tr, 6)
						got := fileHash(t, saved(t, tr))
						if want == "" {
							want = got
						}
						require.Equal(t, want, got, "%d workers", workers)
					}
				})
			}
		}
	}
}

func TestSeedMatters(t *testing.T) {
	arch := tinyArch()
	arch.HaltExplorationProb = 1
	hash := func(seed uint64) string {
		cfg := tinyConfig(8, 100)
		cfg.Seed = seed
		tr := newTrainer(t, newModel(t, kindMLP, arch), cfg, 2)
		steps(t, tr, 4)
		tr.cfg.Seed = 0 // which the file holds
		return fileHash(t, saved(t, tr))
	}
	require.Equal(t, hash(1), hash(1))
	require.NotEqual(t, hash(1), hash(2))
}

// TestNoiseMatters compares weights, since files tell the noise anyway.
func TestNoiseMatters(t *testing.T) {
	weights := func(noise float32, seed uint64) []float32 {
		arch := tinyArch()
		arch.StateNoise, arch.HaltExplorationProb = noise, 0
		m := newModel(t, kindMLP, arch)
		cfg := tinyConfig(8, 100)
		tr := newTrainer(t, m, cfg, 2)
		tr.cfg.Seed = seed // of what a step draws; that of the feed is the same
		steps(t, tr, 2)
		return m.Params().Data()
	}
	require.Equal(t, weights(0, 1), weights(0, 2))
	require.NotEqual(t, weights(0, 1), weights(0.25, 1))
	require.NotEqual(t, weights(0.25, 1), weights(0.5, 1))
	require.NotEqual(t, weights(0.25, 1), weights(0.25, 2))
}

func TestStepAllocatesNothing(t *testing.T) {
	for _, kind := range allKinds() {
		for i, optimizer := range []string{AdamATan2, AdamW} {
			t.Run(kind+"/"+optimizer, func(t *testing.T) {
				cfg := tinyConfig(6, 1000)
				cfg.Optimizer, cfg.Precision = optimizer, precisions[i]
				tr := newTrainer(t, newModel(t, kind, tinyArch()), cfg, 2)
				steps(t, tr, 1)
				for _, w := range tr.workers { // the scheduler may have spared one
					require.NoError(t, w.shard(0, cfg.BatchSize, new(Metrics)))
				}
				require.Zero(t, testing.AllocsPerRun(20, func() {
					if _, err := tr.Step(); err != nil {
						panic(err)
					}
				}))
			})
		}
	}
}
