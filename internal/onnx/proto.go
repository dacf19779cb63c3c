package onnx

import "encoding/binary"

// message is a protocol buffer message in its wire form.
type message []byte

// The wire types of the fields in use.
const (
	wireVarint = 0
	wireBytes  = 2 // strings and nested messages too
)

func (m *message) tag(field, wire int) {
	*m = binary.AppendUvarint(*m, uint64(field<<3|wire))
}

// int appends an integer, a truth value or a member of an enumeration.
func (m *message) int(field int, v int64) {
	m.tag(field, wireVarint)
	*m = binary.AppendUvarint(*m, uint64(v))
}

// head appends what stands in front of n bytes of a field's content.
func (m *message) head(field int, n int64) {
	m.tag(field, wireBytes)
	*m = binary.AppendUvarint(*m, uint64(n))
}

func (m *message) string(field int, s string) {
	m.head(field, int64(len(s)))
	*m = append(*m, s...)
}

func (m *message) message(field int, inner message) {
	m.head(field, int64(len(inner)))
	*m = append(*m, inner...)
}
