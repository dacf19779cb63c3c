// Package reread runs recursive reasoning models on the CPU: networks of a few
// million weights that read a problem again and again and improve their answer
// each time.
//
// [Load] reads a model, [Solve] and [Stream] answer puzzles, and [Think] shows
// how an answer comes about:
//
//	for step, err := range reread.Think(ctx, model, puzzle, nil) {
//
// The other packages, from the user's side inwards:
//
//   - [github.com/rereadml/reread/trm], the Tiny Recursion Model (arXiv
//     2510.04871), and [github.com/rereadml/reread/hrm], the Hierarchical
//     Reasoning Model (arXiv 2506.21734): configurations, published presets,
//     and the recursion itself.
//   - [github.com/rereadml/reread/train]: training with adaptive computation
//     time and exact resume; [github.com/rereadml/reread/train/eval]: accuracy,
//     with intervals and paired tests.
//   - [github.com/rereadml/reread/data]: rows to train and evaluate on, and the
//     published data set folders; [github.com/rereadml/reread/data/sudoku]:
//     Sudokus, their symmetries, a solver and a generator;
//     [github.com/rereadml/reread/data/maze]: mazes;
//     [github.com/rereadml/reread/data/arc]: tasks of ARC-AGI.
//   - [github.com/rereadml/reread/nn]: the engine, and what a model of your own
//     is built from.
//   - [github.com/rereadml/reread/tensor]: a small float32 type with matrix
//     products, and files of tensors: [github.com/rereadml/reread/tensor/safetensors]
//     and, of PyTorch, [github.com/rereadml/reread/tensor/torch].
//
// The program in examples/sudoku solves, trains, evaluates and exports from the
// command line, the one in examples/maze finds paths through mazes, the one in
// examples/arc learns tasks of ARC-AGI, and the one in examples/checkpoint shows,
// converts and compares checkpoints. The SIMD level is chosen at start-up and can be
// lowered by the environment variable REREAD_SIMD.
package reread
