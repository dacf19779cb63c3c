package eval

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"math"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/internal/think"
	"github.com/rereadml/reread/nn"
)

// setDigest tells sets of rows apart: by inputs, labels, identifiers and
// ratings, in order.
func setDigest(ctx context.Context, rows data.Rows) (string, error) {
	h := sha256.New()
	inputs, labels := make([]int32, rows.SeqLen()), make([]int32, rows.SeqLen())
	var buf []byte
	for i := range rows.Len() {
		if ctx.Err() != nil {
			return "", think.ContextError(ctx)
		}
		id, err := rows.Row(i, nil, inputs, labels)
		if err != nil {
			return "", fmt.Errorf("row %d: %w", i, err)
		}
		buf = buf[:0]
		for _, part := range [][]int32{inputs, labels, {id, int32(data.Rating(rows, i))}} {
			for _, v := range part {
				buf = binary.LittleEndian.AppendUint32(buf, uint32(v))
			}
		}
		h.Write(buf)
	}
	return name(h), nil
}

// modelDigest names a model by its family, precision and weights.
func modelDigest(m *nn.Model) (string, error) {
	h := sha256.New()
	var buf []byte
	for _, t := range m.State() {
		buf = append(buf[:0], t.Name...)
		for _, v := range t.Value.Data() {
			buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(v))
		}
		h.Write(buf)
	}
	meta, err := m.Metadata()
	if err != nil {
		return "", err
	}
	fmt.Fprint(h, meta) // in the order of the keys
	return fmt.Sprintf("%s %s %s", m.Kind(), m.Precision(), name(h)), nil
}

func name(h hash.Hash) string { return fmt.Sprintf("sha256:%x", h.Sum(nil)) }
