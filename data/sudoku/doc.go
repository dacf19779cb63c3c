// Package sudoku reads, makes, solves and serves Sudokus of 9x9 cells.
//
//   - [Grid], its rules, and its tokens as a model sees them; [Keeps] holds a
//     model's answer against the rules.
//   - [Open] takes CSV files and published data set folders alike and serves them
//     as [data.Rows]; [ReadCSV] and [WriteCSV] are the files of Sudoku-Extreme,
//     [ReadGrids] lists of puzzles to solve.
//   - [Symmetry], and [Augment] to train on random symmetric copies; [Vary] to train
//     on puzzles that are nearly complete or have no solution as well; [FillTo] to
//     evaluate on the same puzzles with more givens.
//   - [Solver], exact, and [Generator], which makes puzzles of a wanted difficulty, or of
//     the kinds of Sudoku-Extreme.
//
// Other sizes are for package [github.com/rereadml/reread/data/sudoku/anysize].
//
// Nothing in the package draws randomness of its own: it comes from a
// math/rand/v2 generator that the caller hands in.
//
// # Tokens
//
// A row has 81 tokens in row-major order out of a vocabulary of 11:
//
//	0      padding
//	1      blank cell
//	2..10  digits 1..9
package sudoku
