package nn

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"strconv"

	"github.com/rereadml/reread/internal/readat"
	"github.com/rereadml/reread/tensor"
	"github.com/rereadml/reread/tensor/safetensors"
)

// puzzleTable is the published name of the puzzle embedding.
const puzzleTable = "puzzle_emb.weights"

// puzzleCount is the setting that says how many rows it has.
const puzzleCount = "num_puzzle_identifiers"

// SelectPuzzles returns the weights of a model with other rows in its puzzle
// embedding: first those of the identifiers ids, which become 0, 1 and so on in this
// order, then so many fresh ones. The mean of all rows of the file is what fresh ones
// hold, as in the published code where a model meets another data set; finding it
// takes reading the table once, in little memory. Without fresh rows no others than
// those asked for are ever read, so that a model of a million puzzles is read for a
// few of them in the memory of those. A configuration in the metadata is changed to go
// with it.
func SelectPuzzles(s *tensor.Set, ids []int32, fresh int) (*tensor.Set, error) {
	if fresh < 0 || len(ids)+fresh < 1 {
		return nil, fmt.Errorf("nn: %d puzzle identifiers and %d fresh ones, want at least 1 of both", len(ids), fresh)
	}
	name, info, err := findPuzzleTable(s)
	if err != nil {
		return nil, fmt.Errorf("nn: %w", err)
	}
	rows := make([]int, 0, len(ids)+fresh)
	for _, id := range ids {
		if int(id) < 0 || int(id) >= info.Shape[0] {
			return nil, fmt.Errorf("nn: puzzle identifier %d, the file has 0 to %d", id, info.Shape[0]-1)
		}
		rows = append(rows, int(id))
	}
	if fresh > 0 {
		if s, err = withMeanRow(s, name); err != nil {
			return nil, fmt.Errorf("nn: %w", err)
		}
	}
	for range fresh {
		rows = append(rows, info.Shape[0])
	}
	if s, err = s.SelectRows(name, rows); err != nil {
		return nil, fmt.Errorf("nn: %w", err)
	}
	return withPuzzleCount(s, len(rows))
}

// findPuzzleTable returns the name that the table has in a file.
func findPuzzleTable(s *tensor.Set) (string, tensor.Info, error) {
	for _, name := range s.Names() {
		if TrimPrefix(name) != puzzleTable {
			continue
		}
		info, _ := s.Info(name)
		if len(info.Shape) != 2 {
			return "", info, fmt.Errorf("tensor %q has shape %v, want two dimensions", name, info.Shape)
		}
		return name, info, nil
	}
	return "", tensor.Info{}, errors.New("the file has no puzzle embedding")
}

// withMeanRow adds the mean of all rows of a table behind the last.
func withMeanRow(s *tensor.Set, name string) (*tensor.Set, error) {
	e, _ := s.Entry(name)
	mean, err := meanOfRows(s, name)
	if err != nil {
		return nil, err
	}
	encode := safetensors.Float32
	switch e.DType {
	case tensor.F32:
	case tensor.BF16:
		encode = safetensors.BFloat16
	default:
		return nil, fmt.Errorf("tensor %q: fresh rows of %s, want %s or %s", name, e.DType, tensor.F32, tensor.BF16)
	}
	var row bytes.Buffer
	t := encode(name, []int{len(mean)}, mean)
	if _, err := t.WriteTo(&row); err != nil {
		return nil, err
	}
	info, err := tensor.NewInfo(name, e.DType, []int{e.Shape[0] + 1, e.Shape[1]})
	if err != nil {
		return nil, err
	}
	return s.With(tensor.Entry{Info: info, Data: appended{e.Data, e.Bytes, row.Bytes()}})
}

// meanOfRows returns the mean of all rows of a table, zeros if it has none.
func meanOfRows(s *tensor.Set, name string) ([]float32, error) {
	const most = 1 << 16 // numbers that are read at once, or one row
	info, _ := s.Info(name)
	rows, columns := info.Shape[0], info.Shape[1]
	sums, step := make([]float64, columns), max(most/max(columns, 1), 1)
	block := make([]float32, min(step, rows)*columns)
	for lo := 0; lo < rows; lo += step {
		hi := min(lo+step, rows)
		some := block[:(hi-lo)*columns]
		if err := s.ReadFloat32Rows(name, lo, hi, some); err != nil {
			return nil, err
		}
		for i, x := range some {
			sums[i%columns] += float64(x)
		}
	}
	mean := make([]float32, columns)
	for i, sum := range sums {
		mean[i] = float32(sum / float64(max(rows, 1)))
	}
	return mean, nil
}

// appended is data with more behind it.
type appended struct {
	io.ReaderAt
	size int64
	more []byte
}

func (a appended) ReadAt(p []byte, off int64) (int, error) {
	done := 0
	if off < a.size {
		done = int(min(int64(len(p)), a.size-off))
		if err := readat.Full(a.ReaderAt, p[:done], off); err != nil {
			return 0, err
		}
	}
	if done == len(p) {
		return done, nil
	}
	n, err := bytes.NewReader(a.more).ReadAt(p[done:], off+int64(done)-a.size)
	return done + n, err
}

// withPuzzleCount sets the number of rows in the configuration that a set has, if it
// has one that says it.
func withPuzzleCount(s *tensor.Set, n int) (*tensor.Set, error) {
	_, text := FileModel(s)
	if text == nil {
		return s, nil
	}
	var config map[string]json.RawMessage
	if err := json.Unmarshal(text, &config); err != nil {
		return nil, fmt.Errorf("nn: metadata %s: %w", metaConfig, err)
	}
	if _, ok := config[puzzleCount]; !ok {
		return s, nil
	}
	config[puzzleCount] = json.RawMessage(strconv.Itoa(n))
	text, err := json.Marshal(config)
	if err != nil {
		return nil, fmt.Errorf("nn: metadata %s: %w", metaConfig, err)
	}
	meta := maps.Clone(s.Metadata())
	meta[metaConfig] = string(text)
	return s.WithMetadata(meta), nil
}
