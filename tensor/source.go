package tensor

// A Source is a set of named tensors that are read when asked for: a file of any
// format, or a [Set] made of parts of some. It is what a model's weights are read
// from.
type Source interface {
	// Names returns the names of all tensors in the best order to read them in.
	Names() []string
	// Info describes the named tensor. It reports false for a name that the
	// source does not have.
	Info(name string) (Info, bool)
	// Metadata returns what the source says beside the tensors, or nil.
	Metadata() map[string]string
	// ReadFloat32 reads the whole named tensor into dst, which must have exactly
	// its number of elements.
	ReadFloat32(name string, dst []float32) error
}
