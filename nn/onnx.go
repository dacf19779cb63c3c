package nn

import (
	"fmt"
	"io"

	"github.com/rereadml/reread/internal/atomicfile"
)

// WriteONNX writes one supervision step as an ONNX model, in float32 and
// for any number of puzzles. Its inputs are
//
//	inputs              int64 [batch, S]     tokens
//	puzzle_identifiers  int64 [batch]        only with a puzzle embedding
//	reset               bool  [batch]        puzzles that start from the initial state
//	z_H                 float [batch, L, D]  state; not with a single latent
//	z_L                 float [batch, L, D]  state
//
// and its outputs
//
//	logits              float [batch, S, V]
//	q_halt_logits       float [batch]
//	q_continue_logits   float [batch]
//	z_H_out             float [batch, L, D]  new state; not with a single latent
//	z_L_out             float [batch, L, D]  new state
//
// The first step of a puzzle has reset true, and z_H and z_L may hold anything,
// such as zeros. Each further step has reset false and the state that the step
// before gave out.
//
// Weights have their published names, followed by ".gate", ".up", ".q", ".k" or
// ".v" where a matrix is stored in parts and by ".T" where it is transposed;
// the initial state is in H_init and L_init, and the metadata is that of
// [Model.Save]. A model of 2 GiB or more, which the format cannot hold, is an error
// before anything is written.
func (m *Model) WriteONNX(w io.Writer) error {
	meta, err := m.Metadata()
	if err == nil {
		err = m.stepGraph().Write(w, meta)
	}
	if err != nil {
		return fmt.Errorf("nn: export model: %w", err)
	}
	return nil
}

// SaveONNX writes what [Model.WriteONNX] does to a file, replacing it in one
// step.
func (m *Model) SaveONNX(path string) error { return atomicfile.Write(path, m.WriteONNX) }
