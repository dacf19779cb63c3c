// Package data serves puzzles to the training and the evaluation of recursive
// reasoning models.
//
//   - [Rows] is the one interface through which both see them: a row is SeqLen
//     input tokens, SeqLen labels and a puzzle identifier. [Join] and [Spread] make
//     new rows of others.
//   - [Sampler] is an endless shuffled stream of rows, a pure function of a seed
//     and a position, so that an interrupted run resumes exactly.
//   - [OpenFolder] and [WriteFolder] are for the data set folders of HRM
//     (arXiv 2506.21734) and TRM (arXiv 2510.04871), [StreamFolder] for those that are
//     larger than memory; [OpenSet] opens folders and files alike.
//
// What belongs to one kind of puzzle has a package of its own:
// [github.com/rereadml/reread/data/sudoku],
// [github.com/rereadml/reread/data/maze] and
// [github.com/rereadml/reread/data/arc].
//
// Nothing in the package draws randomness of its own: it comes from a
// math/rand/v2 generator, or a seed, that the caller hands in. Whatever a file or
// an argument can get wrong is reported as an error that names the file and the
// place in it.
package data
