// Package anysize reads, makes, solves and serves Sudokus of any size and shape of
// boxes, from 2 x 2 cells to 25 x 25. Boxes of 1 x n make Latin squares: the boxes
// are the rows.
//
// Package sudoku above it is for 9 x 9 cells alone; it is faster, and knows ratings,
// symmetries and the published files.
//
// # Text
//
// A grid is a character for each cell, row by row, with '.' or '0' for a blank. The
// values are 1 to 9 and then the letters A to P, which are read in either case: a
// grid of 16 x 16 cells has 1 to 9 and A to G.
//
// # Tokens
//
// With n values a row has n*n tokens in row-major order out of a vocabulary of n+2:
//
//	0        padding
//	1        blank cell
//	2..n+1   values 1..n
package anysize
