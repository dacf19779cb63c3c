// Package nn runs recursive reasoning models: TRM (arXiv 2510.04871), HRM (arXiv
// 2506.21734) and designs of your own.
//
// # Designs
//
// A [Design] names the networks and latent states of a family of models and says
// in one function, against a [Run], in which order the networks update the
// states in a supervision step. Everything else follows from that: [New] and
// [Read] make a [Model] of it, a [Worker] runs its steps at any [Precision] and
// back through them, and [Model.WriteONNX] writes them for other engines.
//
// # Shapes
//
// Activations are row-major [n, L, D] slices: n puzzles of a group, L = P + S
// positions (P of the puzzle embedding, S cells), D channels. Puzzles never
// mix, so a group of any size gives each puzzle the same bits.
//
// # Passes
//
// A network is a chain of post-norm sublayers y = norm(x + f(x)), each written
// by hand as a pair of passes over explicit buffers. The forward pass writes
// what the backward pass needs onto a tape, one slot per call, because a
// recursion applies the same network several times. Backward runs through the
// recorded calls in reverse, shares the gradient out to what was added up, and
// leaves behind, for each linear map, the stacked inputs and output gradients
// of all calls; each weight gradient is then formed in one product.
//
// # Concurrency
//
// A model may be shared by any number of workers while its weights stay as they
// are. Each goroutine needs a worker and groups of its own.
package nn
