// Package arc reads, augments, encodes and serves the tasks of ARC-AGI (the
// Abstraction and Reasoning Corpus, arXiv 1911.01547): a few pairs of grids that show
// a rule, and inputs to which the rule is to be applied. Everything is as in HRM
// (arXiv 2506.21734) and TRM (arXiv 2510.04871), which learn each task as a puzzle
// identifier of its own.
//
//   - [Grid], [Pair] and [Task]; [Load] reads the files of ARC-AGI-1 and -2, ConceptARC
//     and their like, [SaveChallenges] writes them.
//   - [Transform], one of the symmetries and relabellings of colours by which tasks are
//     augmented, and the puzzle identifiers that are made of it; [Task.Augment] draws
//     them.
//   - [Canvas], on which grids become tokens and tokens grids.
//   - [Corpus] is tasks with their augmentations, to be served from memory or written
//     as a data set folder; [OpenSet] opens such folders.
//   - [Votes] of a model's answers under augmentations, with their [Score] and
//     submission.
//
// Nothing in the package draws randomness of its own: it comes from a
// math/rand/v2 generator that the caller hands in. Grids must not be changed while
// others use them; all else is safe for concurrent use unless it says otherwise.
//
// # Tokens
//
// A row has a token for each cell of a canvas in row-major order out of a vocabulary
// of 12:
//
//	0      padding
//	1      end mark, below the grid and to its right
//	2..11  colours 0..9
package arc
