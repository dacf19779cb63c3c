package sudoku

import (
	"math/bits"
	"math/rand/v2"
)

var (
	// permUnion maps a 3x3 pattern (bit 3*i+j) to the union of the permutation
	// matrices inside it, 0 if there is none.
	permUnion = makePermUnion()
	// permHeld maps a pattern to the places that all its permutations take.
	permHeld = makePermHeld()
	// widen makes the three cells of a minirow of each bit.
	widen = makeWiden()
	// permCells is permUnion widened.
	permCells = makePermCells()
	// rowTriples maps nine cells to the three minirows that hold one of them.
	rowTriples = makeRowTriples()
	// colTriples spreads the columns of the three stacks nine bits apart.
	colTriples = makeColTriples()
	// keepCell has the bits of a band cleared that a digit at the cell rules out:
	// the rest of its row and its box.
	keepCell = makeKeepCell()
	// allKept is the start from which keepCell masks are taken away.
	allKept = makeAllKept()
	// permCount is the number of permutation matrices inside a pattern, permPick a
	// bit that some but not all of them have; it is 0 for patterns with fewer than two.
	permCount, permPick = makePermCount()
	// ratingSymmetries are the copies that CountGuesses averages over.
	ratingSymmetries = makeRatingSymmetries()
)

// permMatrix returns the 3x3 pattern of a permutation.
func permMatrix(perm [3]uint8) uint16 {
	return 1<<perm[0] | 8<<perm[1] | 64<<perm[2]
}

func makePermUnion() (t [512]uint16) {
	for p := range t {
		for _, perm := range threes {
			m := permMatrix(perm)
			if m&^uint16(p) == 0 {
				t[p] |= m
			}
		}
	}
	return t
}

func makePermCells() (t [512]uint32) {
	wide := makeWiden()
	for p, u := range makePermUnion() {
		t[p] = wide[u]
	}
	return t
}

func makeRowTriples() (t [512]uint8) {
	for r := range t {
		for i := range 3 {
			if r>>(3*i)&7 != 0 {
				t[r] |= 1 << i
			}
		}
	}
	return t
}

func makeColTriples() (t [512]uint32) {
	for c := range t {
		t[c] = uint32(c&0o7 | c&0o70<<6 | c&0o700<<12)
	}
	return t
}

func makeKeepCell() (t [27]uint32) {
	for i := range t {
		m := uint32(bandCells)
		for j := range t {
			if j != i && (j/9 == i/9 || j%9/3 == i%9/3) {
				m &^= 1 << j
			}
		}
		t[i] = m
	}
	return t
}

func makeAllKept() (t [3][9]uint32) {
	for b := range t {
		for d := range t[b] {
			t[b][d] = bandCells
		}
	}
	return t
}

func makeRatingSymmetries() (t [64]Symmetry) {
	rng := rand.New(rand.NewPCG(81, 9))
	for i := range t[1:] {
		t[i+1] = RandomSymmetry(rng)
	}
	return t
}

func makePermCount() (n, pick [512]uint8) {
	for p := range n {
		union, inter := uint16(0), uint16(511)
		for _, perm := range threes {
			m := permMatrix(perm)
			if m&^uint16(p) == 0 {
				n[p]++
				union |= m
				inter &= m
			}
		}
		if n[p] > 1 {
			pick[p] = uint8(bits.TrailingZeros16(union &^ inter))
		}
	}
	return n, pick
}

// makePermHeld assumes that a pattern is its own permUnion: then a place is the
// only one of its box exactly if it is the only one of its line.
func makePermHeld() (t [512]uint16) {
	for p := range t {
		for r := range 3 {
			x := p >> (3 * r) & 7
			if x&(x-1) == 0 {
				t[p] |= uint16(x << (3 * r))
			}
		}
	}
	return t
}

func makeWiden() (t [512]uint32) {
	for p := range t {
		for i := range 9 {
			if p>>i&1 != 0 {
				t[p] |= 7 << (3 * i)
			}
		}
	}
	return t
}
