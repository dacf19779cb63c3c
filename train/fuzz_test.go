package train

import (
	"bytes"
	"os"
	"runtime"
	"testing"

	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/stretchr/testify/require"
)

// FuzzLoadCheckpoint loads damaged checkpoints. One that loads must be fit to
// go on from; its numbers may be anything, so a step may end in an error.
func FuzzLoadCheckpoint(f *testing.F) {
	arch := nn.Arch{
		SeqLen: 1, VocabSize: 2, NumPuzzleIdentifiers: 2, PuzzleEmbNDim: 1,
		HiddenSize: 2, Expansion: 0.01, NumHeads: 1, LLayers: 1, HCycles: 1, LCycles: 1,
		PosEncodings: nn.PosNone, HaltMaxSteps: 3,
	}
	tr := newTrainer(f, newModel(f, kindPlain, arch), tinyConfig(2, 100), 1)
	for range 3 {
		data, err := os.ReadFile(saved(f, tr))
		require.NoError(f, err)
		f.Add(data)
		steps(f, tr, 1)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		file, err := safetensors.NewFile(bytes.NewReader(data), int64(len(data)), "fuzz")
		if err != nil {
			return
		}
		err = tr.readCheckpoint(file)
		runtime.ReadMemStats(&after)
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20+100*uint64(len(data)) {
			t.Fatalf("%d bytes allocated for a file of %d", grown, len(data))
		}
		if err != nil {
			return
		}
		for range 3 {
			if _, err := tr.Step(); err != nil {
				return
			}
		}
	})
}
