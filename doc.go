// Package reread is a CPU implementation of recursive reasoning models in pure
// Go: networks of a few million weights that read a problem again and again
// and improve their answer each time.
//
// The packages, from the user's side inwards:
//
//   - [github.com/rereadml/reread/trm], the Tiny Recursion Model (arXiv
//     2510.04871), and [github.com/rereadml/reread/hrm], the Hierarchical
//     Reasoning Model (arXiv 2506.21734): configurations, published presets,
//     and the recursion itself.
//   - [github.com/rereadml/reread/train]: training with adaptive computation
//     time, exact resume, evaluation.
//   - [github.com/rereadml/reread/data]: rows of puzzles, shuffled streams of them,
//     and the published data set folders; and
//     [github.com/rereadml/reread/data/sudoku]: Sudokus, their symmetries, a solver
//     and a generator.
//   - [github.com/rereadml/reread/nn]: the layers, each with a forward and a
//     backward pass, inference over many puzzles, and export to ONNX.
//   - [github.com/rereadml/reread/tensor]: a small float32 type with matrix
//     products, and safetensors files.
//
// The program in examples/sudoku solves, trains, evaluates and exports from the
// command line. The SIMD level is chosen at start-up and can be lowered by the
// environment variable REREAD_SIMD (generic, avx2, avx512, neon).
package reread
