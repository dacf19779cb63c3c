// Package tensor is a small dense float32 type, row-major with a shape, and
// the matrix product in the three transposition forms that a forward and a
// backward pass need.
//
// Constructors and products check shapes and return errors. A Tensor is not
// safe for concurrent writes; concurrent reads are fine.
//
// Tensors in files are behind a [Source], whatever the format of the file: see
// [github.com/rereadml/reread/tensor/safetensors] and
// [github.com/rereadml/reread/tensor/torch].
package tensor
