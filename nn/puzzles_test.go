package nn_test

import (
	"encoding/binary"
	"io"
	"math"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/trm"
)

const tableName = "_orig_mod.model.inner.puzzle_emb.weights"

// numbered is the data of a table whose row r holds nothing but r, of float32.
type numbered struct{ columns int64 }

func (n numbered) ReadAt(p []byte, off int64) (int, error) {
	for i := 0; i < len(p); i += 4 {
		row := (off + int64(i)) / (4 * n.columns)
		binary.LittleEndian.PutUint32(p[i:], math.Float32bits(float32(row)))
	}
	return len(p), nil
}

// withTable returns a saved model's weights with a numbered table of so many rows.
func withTable(t *testing.T, rows int) (*tensor.Set, trm.Config) {
	t.Helper()
	cfg := trm.SudokuSmall()
	cfg.HiddenSize, cfg.PuzzleEmbNDim = 32, 32
	m, err := trm.New(cfg, rand.New(rand.NewPCG(1, 2)))
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "model.safetensors")
	require.NoError(t, m.Save(path))
	f, err := safetensors.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { f.Close() })
	info, err := tensor.NewInfo(tableName, tensor.F32, []int{rows, 32})
	require.NoError(t, err)
	s, err := f.With(tensor.Entry{Info: info, Data: numbered{32}})
	require.NoError(t, err)
	return s, cfg
}

// puzzleRows reads a model of a set and returns what the rows of its table hold.
func puzzleRows(t *testing.T, s *tensor.Set, cfg trm.Config, n int) []float32 {
	t.Helper()
	cfg.NumPuzzleIdentifiers = n
	d, err := cfg.Design()
	require.NoError(t, err)
	m, err := nn.Read(d, s)
	require.NoError(t, err)
	_, text := nn.FileModel(s)
	require.Contains(t, string(text), `"num_puzzle_identifiers":`)
	rows := make([]float32, n)
	for i := range rows {
		row := m.PuzzleTable().Row(int32(i))
		rows[i] = row[0]
		require.Equal(t, row[0], row[len(row)-1])
	}
	return rows
}

func TestSelectPuzzles(t *testing.T) {
	s, cfg := withTable(t, 5001)
	for _, c := range []struct {
		ids   []int32
		fresh int
		want  []float32
	}{
		{[]int32{7, 3, 4, 5000, 7}, 0, []float32{7, 3, 4, 5000, 7}},
		{nil, 2, []float32{2500, 2500}},
		{[]int32{0, 1}, 3, []float32{0, 1, 2500, 2500, 2500}},
	} {
		part, err := nn.SelectPuzzles(s, c.ids, c.fresh)
		require.NoError(t, err)
		require.Equal(t, c.want, puzzleRows(t, part, cfg, len(c.want)))
	}
	for _, c := range []struct {
		ids   []int32
		fresh int
		says  string
	}{
		{nil, 0, "at least 1 of both"},
		{[]int32{1}, -1, "-1 fresh ones"},
		{[]int32{5001}, 0, "puzzle identifier 5001, the file has 0 to 5000"},
		{[]int32{-1}, 0, "puzzle identifier -1"},
	} {
		_, err := nn.SelectPuzzles(s, c.ids, c.fresh)
		require.ErrorContains(t, err, c.says)
	}
	_, err := nn.SelectPuzzles(tensor.NewSet("other", nil, nil), []int32{0}, 0)
	require.ErrorContains(t, err, "no puzzle embedding")
}

// TestSelectPuzzlesOfOtherTypes: fresh rows of bfloat16 are rounded, those of float64
// are an error.
func TestSelectPuzzlesOfOtherTypes(t *testing.T) {
	for _, c := range []struct {
		dtype tensor.DType
		data  []byte
		says  string
	}{
		{tensor.BF16, []byte{0x80, 0x3f, 0x00, 0x40}, ""}, // 1 and 2
		{tensor.F64, make([]byte, 16), "fresh rows of F64"},
	} {
		info, err := tensor.NewInfo("puzzle_emb.weights", c.dtype, []int{2, 1})
		require.NoError(t, err)
		s, err := nn.SelectPuzzles(tensor.NewSet("small", nil, []tensor.Entry{{Info: info, Data: byteReader(c.data)}}), []int32{1}, 1)
		if c.says != "" {
			require.ErrorContains(t, err, c.says)
			continue
		}
		require.NoError(t, err)
		got := make([]float32, 2)
		require.NoError(t, s.ReadFloat32("puzzle_emb.weights", got))
		require.Equal(t, []float32{2, 1.5}, got)
	}
}

type byteReader []byte

func (b byteReader) ReadAt(p []byte, off int64) (int, error) {
	n := copy(p, b[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// TestSelectPuzzlesNeedsLittleMemory reads a model of as many rows as the published
// ones of ARC have.
func TestSelectPuzzlesNeedsLittleMemory(t *testing.T) {
	const rows = 876_406
	s, cfg := withTable(t, rows)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	part, err := nn.SelectPuzzles(s, []int32{rows - 1, 12}, 0)
	require.NoError(t, err)
	require.Equal(t, []float32{rows - 1, 12}, puzzleRows(t, part, cfg, 2))
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(4<<20), "the table has 112 MB")
}
