// Package data reads, makes and serves the puzzles that recursive reasoning
// models are trained and evaluated on.
//
// It covers four things:
//
//   - Sudoku: [Grid], the CSV files of Sudoku-Extreme ([OpenSudokuCSV]), the
//     symmetries used as augmentation ([Symmetry]), an exact solver ([Solver])
//     and a generator of puzzles of a wanted difficulty ([Generator]).
//   - The dataset folder of HRM (arXiv 2506.21734) and TRM (arXiv 2510.04871):
//     [OpenFolder] and [WriteFolder], over NumPy arrays ([NPY]).
//   - [Rows], the one interface through which training and evaluation see all of
//     them: a row is SeqLen input tokens, SeqLen labels and a puzzle identifier.
//   - [Sampler], an endless shuffled stream of rows that is a pure function of a
//     seed and a position, so that an interrupted run resumes exactly.
//
// Nothing in the package draws randomness of its own: it comes from a
// math/rand/v2 generator, or a seed, that the caller hands in. Whatever a file or
// an argument can get wrong is reported as an error that names the file and the
// place in it.
//
// # Sudoku tokens
//
// A Sudoku row has 81 tokens in row-major order out of a vocabulary of 11:
//
//	0      padding
//	1      blank cell
//	2..10  digits 1..9
package data
