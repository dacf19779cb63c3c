package engine

import "math/rand/v2"

// Small Sudokus have 4 x 4 cells in boxes of 2 x 2.
const (
	smallSide  = 4
	smallCells = smallSide * smallSide
	smallVocab = smallSide + 2 // padding, blank, digits
)

// smallGrid is a small Sudoku, row by row: 0 is a blank, 1 to 4 are digits.
type smallGrid [smallCells]uint8

// smallPuzzle is a small Sudoku with its solution.
type smallPuzzle struct{ question, solution smallGrid }

// smallGrids returns the 288 full grids.
func smallGrids() []smallGrid {
	var grids []smallGrid
	var g smallGrid
	var fill func(cell int)
	fill = func(cell int) {
		if cell == smallCells {
			grids = append(grids, g)
			return
		}
		for d := uint8(1); d <= smallSide; d++ {
			if g.allows(cell, d) {
				g[cell] = d
				fill(cell + 1)
				g[cell] = 0
			}
		}
	}
	fill(0)
	return grids
}

// allows reports whether no unit of a cell holds a digit.
func (g *smallGrid) allows(cell int, d uint8) bool {
	row, col := cell/smallSide, cell%smallSide
	for i, v := range g {
		r, c := i/smallSide, i%smallSide
		if v == d && (r == row || c == col || r/2 == row/2 && c/2 == col/2) {
			return false
		}
	}
	return true
}

func (g *smallGrid) extends(givens *smallGrid) bool {
	for i, v := range givens {
		if v != 0 && g[i] != v {
			return false
		}
	}
	return true
}

func (g *smallGrid) appendTokens(dst []int32) []int32 {
	for _, v := range g {
		dst = append(dst, 1+int32(v))
	}
	return dst
}

// String returns the digits, with '.' for a blank.
func (g *smallGrid) String() string {
	var b [smallCells]byte
	for i, v := range g {
		b[i] = ".1234"[v]
	}
	return string(b[:])
}

// smallMaker makes puzzles whose solutions are among some of the full grids.
type smallMaker struct {
	all  []smallGrid // full grids
	some []smallGrid // to choose solutions from
}

// splitGrids returns a maker of puzzles to learn from and one of puzzles that
// have other solutions, one in nine.
func splitGrids() (learned, held smallMaker) {
	all := smallGrids()
	rand.New(rand.NewPCG(4, 4)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	n := len(all) / 9
	return smallMaker{all, all[n:]}, smallMaker{all, all[:n]}
}

// puzzle takes givens off a full grid in random order, until none can go.
func (m *smallMaker) puzzle(rng *rand.Rand) smallPuzzle {
	solution := m.some[rng.IntN(len(m.some))]
	p := smallPuzzle{solution, solution}
	for _, c := range rng.Perm(smallCells) {
		p.question[c] = 0
		if !m.unique(&p.question) {
			p.question[c] = solution[c]
		}
	}
	return p
}

// unique reports whether a single full grid has the givens.
func (m *smallMaker) unique(givens *smallGrid) bool {
	found := 0
	for i := range m.all {
		if m.all[i].extends(givens) {
			found++
		}
	}
	return found == 1
}

// smallFeed is an endless stream of puzzles.
type smallFeed struct {
	maker smallMaker
	seed  uint64
}

func (f *smallFeed) at(n uint64) smallPuzzle { return f.maker.puzzle(rand.New(rand.NewPCG(f.seed, n))) }

// At makes puzzle n a row to learn from.
func (f *smallFeed) At(n uint64, inputs, labels []int32) (id int32, err error) {
	p := f.at(n)
	p.question.appendTokens(inputs[:0])
	p.solution.appendTokens(labels[:0])
	return 0, nil
}
