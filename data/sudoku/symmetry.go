package sudoku

import "math/rand/v2"

// Symmetry is one of the transformations that turn a Sudoku into an equivalent
// one: a transposition or none, a permutation of rows that keeps bands together,
// one of columns that keeps stacks together, and a relabelling of the digits.
// There are 2 * 6^8 * 9! of them.
//
// The zero value is the identity. Values are comparable, and two are equal
// exactly if they act in the same way on every grid. They are immutable and safe
// for concurrent use.
type Symmetry struct {
	// Each entry is xored with its own index, which makes zero the identity.
	rows, cols, digits [9]uint8
	transpose          bool
}

// Identity returns the symmetry that changes nothing.
func Identity() Symmetry { return Symmetry{} }

// RandomSymmetry draws one of all symmetries with equal probability. It does not
// allocate.
func RandomSymmetry(rng *rand.Rand) Symmetry {
	var s Symmetry
	s.transpose = rng.Uint64()&1 == 1
	randomLines(rng, &s.rows)
	randomLines(rng, &s.cols)
	for i := range s.digits {
		s.digits[i] = uint8(i)
	}
	shuffle(rng, s.digits[:])
	encode(&s.digits)
	return s
}

// randomLines draws an order of nine lines that keeps each three together.
func randomLines(rng *rand.Rand, lines *[9]uint8) {
	bands := threes[rng.Uint64N(6)]
	for i, b := range bands {
		within := threes[rng.Uint64N(6)]
		for j, l := range within {
			lines[3*i+j] = 3*b + l
		}
	}
	encode(lines)
}

// threes lists the permutations of three things.
var threes = [6][3]uint8{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}

func encode(p *[9]uint8) {
	for i := range p {
		p[i] ^= uint8(i)
	}
}

func shuffle(rng *rand.Rand, p []uint8) {
	for i := len(p) - 1; i > 0; i-- {
		j := rng.Uint64N(uint64(i + 1))
		p[i], p[j] = p[j], p[i]
	}
}

// Apply returns the transformed grid. Blanks stay blank. It does not allocate.
func (s Symmetry) Apply(g Grid) Grid {
	var out Grid
	s.apply(&out, &g)
	return out
}

func (s *Symmetry) apply(out, g *Grid) {
	relabel := s.relabel()
	rows, cols := s.lines()
	for i, r := range rows {
		to := out[9*i:][:9]
		for j, c := range cols {
			to[j] = relabel[g[r+c]&15]
		}
	}
}

// applyTokens transforms 81 tokens in place. Those that are neither blank nor digit,
// padding and ignored labels, move with their cell but stay what they are.
func (s *Symmetry) applyTokens(tokens []int32) {
	var g [Cells]int32
	copy(g[:], tokens)
	relabel := s.relabel()
	rows, cols := s.lines()
	for i, r := range rows {
		to := tokens[9*i:][:9]
		for j, c := range cols {
			t := g[r+c]
			if v := uint32(t - BlankToken); v <= 9 {
				t = BlankToken + int32(relabel[v])
			}
			to[j] = t
		}
	}
}

// Cells returns for each cell of a transformed grid the cell that it shows.
func (s Symmetry) Cells() []int {
	cells := make([]int, 0, Cells)
	rows, cols := s.lines()
	for _, r := range rows {
		for _, c := range cols {
			cells = append(cells, r+c)
		}
	}
	return cells
}

// Tokens returns for each token of a row of this package the one that stands for it
// after the transformation.
func (s Symmetry) Tokens() []int32 {
	tokens, labels := make([]int32, Vocab), s.relabel()
	for v, label := range labels[:Vocab-BlankToken] {
		tokens[BlankToken+v] = BlankToken + int32(label)
	}
	return tokens
}

// lines returns where each cell comes from: cell (i, j) from rows[i] + cols[j].
func (s *Symmetry) lines() (rows, cols [9]int) {
	// A step down the transposed grid is a step along the grid.
	down, along := 9, 1
	if s.transpose {
		down, along = 1, 9
	}
	for i := range 9 {
		rows[i] = down * int((s.rows[i]^uint8(i))&15)
		cols[i] = along * int((s.cols[i]^uint8(i))&15)
	}
	return rows, cols
}

// relabel returns the new value of every cell value; those that are neither
// blank nor digit stay.
func (s *Symmetry) relabel() [16]uint8 {
	t := [16]uint8{10: 10, 11: 11, 12: 12, 13: 13, 14: 14, 15: 15}
	for i, d := range s.digits {
		t[i+1] = (d ^ uint8(i)) + 1
	}
	return t
}

// Inverse returns the symmetry that undoes s.
func (s Symmetry) Inverse() Symmetry {
	inv := Symmetry{
		rows:      invert(s.rows),
		cols:      invert(s.cols),
		digits:    invert(s.digits),
		transpose: s.transpose,
	}
	if s.transpose {
		// s transposes first and permutes then; its inverse transposes last, which
		// is the same as transposing first and permuting the other lines.
		inv.rows, inv.cols = inv.cols, inv.rows
	}
	return inv
}

func invert(p [9]uint8) [9]uint8 {
	var inv [9]uint8
	for i, v := range p {
		inv[v^uint8(i)] = uint8(i)
	}
	encode(&inv)
	return inv
}
