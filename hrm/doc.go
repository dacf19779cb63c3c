// Package hrm is the Hierarchical Reasoning Model (arXiv 2506.21734): two
// recurrent networks thinking at two speeds.
//
// The recursion is in model.go, in the paper's words: the fast network L
// updates z_L LCycles times for every update of z_H by the slow network H.
// Gradients flow through the very last update of each (one-step gradient).
package hrm
