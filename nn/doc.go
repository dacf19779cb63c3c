// Package nn holds the layers that TRM (arXiv 2510.04871) and HRM (arXiv
// 2506.21734) are made of, each with a forward and a backward pass written by
// hand over explicit buffers.
//
// # Shapes
//
// Activations are row-major [n, L, D] slices: n puzzles of a group, L = P + S
// positions (P of the puzzle embedding, S cells), D channels. Puzzles never
// mix, so a group of any size gives each puzzle the same bits.
//
// # Passes
//
// A [Level] is a chain of post-norm sublayers y = norm(x + f(x)). Its forward
// pass writes what the backward pass needs into a [LevelTape], one slot per
// call, because a recursion applies the same level several times. Backward
// runs through the calls in reverse and leaves behind, for each linear map,
// the stacked inputs and output gradients of all calls; Gradient then forms
// each weight gradient in one product.
//
// # Concurrency
//
// Layers are read-only in all passes and may be shared. Each goroutine needs
// its own [Scratch] and tapes.
package nn
