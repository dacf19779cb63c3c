// Package torch reads and writes the files of tensors that PyTorch's torch.save
// writes: checkpoints named step_1234, model.pt, checkpoint.pth and so on.
//
// A file is a zip archive with a pickle, a program that makes Python objects, and
// beside it the numbers of each storage, uncompressed. Tensors are views of
// storages, by an offset and strides.
//
// # Reading
//
// [Open] and [NewFile] read the list of the archive's files and the pickle. Tensor
// data is read when asked for, in place, so that a few rows of a multi-gigabyte
// embedding table cost a few rows of memory:
//
//	f, err := torch.Open("step_518071")
//	info, ok := f.Info("model.inner.puzzle_emb.weights")
//	row := make([]float32, info.Shape[1])
//	err = f.ReadFloat32Rows("model.inner.puzzle_emb.weights", 1000, 1001, row)
//
// A model with that row alone is read from what [tensor.Set.SelectRows] returns.
//
// What is read is a state dict, a dictionary of tensors by name: the saved object
// itself, or one item of it, as {"model": ..., "optimizer": ..., "step": 7}; see
// [File]. All else is stepped over. Transposed and other strided tensors are
// gathered into row-major order, which takes a read for each run of elements.
//
// # Safety
//
// A pickle can call any function of Python. Here nothing is ever called: a handful
// of names that describe tensors are understood, and an object of any other class
// is passed by. An archive is untrusted input, and everything it says is checked
// before it is believed. What fails gives an error that wraps [ErrInvalid]. Time
// and memory are bounded, whatever the file says, by its size or a constant:
//
//   - the list of the archive's files takes at most 16 MiB, and no two overlap;
//   - the pickle takes at most 64 MiB and 4 million instructions, each of which
//     makes something small; nesting costs nothing, for nothing is walked;
//   - a tensor's elements lie in its storage, each of them once, and the tensors
//     share their storages a few times at most;
//   - compressed files, which PyTorch does not write, hold at most 256 MiB.
//
// Checksums are not compared, as PyTorch does not compare them: a number that has
// changed on the disk is read as it is there.
//
// # Writing
//
// [Write] and [WriteFile] take the tensors that package safetensors makes.
package torch
