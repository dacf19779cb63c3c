package modelfile

import (
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/trm"
)

// The same weights come from a file and from within a program.
func TestOpen(t *testing.T) {
	cfg := trm.Config{Arch: nn.Arch{
		SeqLen: 4, VocabSize: 3, HiddenSize: 8, Expansion: 2, NumHeads: 2, LLayers: 1, HCycles: 1, LCycles: 1,
		PosEncodings: nn.PosNone, HaltMaxSteps: 1,
	}}
	m, err := trm.New(cfg, rand.New(rand.NewPCG(1, 2)))
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "model")
	require.NoError(t, m.Save(path))
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	for path, name := range map[string]string{path: path, "": Embedded} {
		f, err := Open(path, content)
		require.NoError(t, err)
		require.Equal(t, name, f.Name)
		got, err := f.Read(f.Set, f.Config)
		require.NoError(t, err)
		require.Equal(t, m.Params().Data(), got.Params().Data())
		require.NoError(t, f.Close())
		require.Equal(t, 2, status(f.Refuse(errors.New("it is old"))))
		require.EqualError(t, f.Refuse(errors.New("it is old")), name+": it is old")
	}
}

func TestBadFiles(t *testing.T) {
	dir := t.TempDir()
	nameless := filepath.Join(dir, "nameless")
	require.NoError(t, safetensors.WriteFile(nameless, nil, []safetensors.Tensor{safetensors.Float32("x", []int{1}, []float32{0})}))
	for _, path := range []string{nameless, filepath.Join(dir, "missing"), dir} {
		_, err := Open(path, nil)
		require.ErrorContains(t, err, path)
		require.Equal(t, 2, status(err), "bad input")
	}
	content, err := os.ReadFile(nameless)
	require.NoError(t, err)
	for _, content := range [][]byte{nil, content} {
		_, err := Open("", content)
		require.Equal(t, 1, status(err), "a fault of the program")
	}
}

// status is the exit status of a program that ends so.
func status(err error) int { return command.Status("test", err, io.Discard) }
