// Package safetensors reads and writes safetensors files, the plain container
// for named tensors used by the Hugging Face libraries.
//
// A file is an eight-byte little-endian length, a JSON header of that length,
// and the tensors' bytes in one piece:
//
//	{"__metadata__": {"step": "12"},
//	 "w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}
//
// # Reading
//
// [Open] and [NewFile] read the header and nothing else. Tensor data is read
// when asked for, straight into the caller's slice, so that a few rows of a
// multi-gigabyte embedding table cost a few rows of memory:
//
//	f, err := safetensors.Open("model.safetensors")
//	info, ok := f.Info("embed.weight")
//	row := make([]float32, info.Shape[1])
//	err = f.ReadFloat32Rows("embed.weight", 1000, 1001, row)
//
// Values are converted to the Go type of the destination; see
// [tensor.Set.ReadFloat32], [tensor.Set.ReadFloat64] and [tensor.Set.ReadInt64] for what converts
// to what, and [tensor.Set.ReadBytes] for the bytes as they are.
//
// A header is untrusted input. Everything it says is checked before it is
// believed: its length is limited, tensors must cover the data exactly, without
// gaps, overlaps or a remainder, each one's extent must agree with its shape and
// dtype, and no name may occur twice. What fails gives an error that wraps
// [ErrInvalid], and no header can cause an allocation beyond a small multiple
// of its own true length. The error for a file of another kind, such as a Git
// LFS pointer or a PyTorch checkpoint, says what the bytes look like.
//
// # Writing
//
// [Write] and [WriteFile] take tensors made by [Float32], [BFloat16], [Int64]
// and the other constructors. Equal input gives equal bytes. Tensors are stored
// in the order of the reference implementation: widest dtype first, then by
// name, whatever the order of the slice. Together with a header padded to eight
// bytes this aligns every tensor for its element type. [WriteFile] replaces the
// file at once or not at all.
//
// Byte order is little-endian on every machine, and the element order is
// row-major.
package safetensors
