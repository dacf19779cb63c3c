// Package trm is the Tiny Recursion Model of "Less is More: Recursive Reasoning
// with Tiny Networks" (arXiv 2510.04871): one tiny network that re-reads a
// problem and improves its answer again and again.
//
// The recursion is in model.go, in the paper's words: z_H is the current
// answer (y in the paper), z_L the latent reasoning state (z), and one
// supervision step runs H cycles (T) of L updates of z_L (n) and one of z_H.
// Gradients flow through the last H cycle in full.
package trm
