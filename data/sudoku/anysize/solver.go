package anysize

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
)

// Solver finds the solutions of Sudokus of one shape exactly, as exact covers of
// the cells and of the values of rows, columns and boxes: it always goes on with
// the one that has the fewest possibilities left. It is reused from puzzle to
// puzzle, and is not safe for concurrent use.
type Solver struct {
	boxes  Boxes
	cover  *cover
	search // that is going on
}

// search is a walk through the covers of what is open.
type search struct {
	ctx    context.Context
	limit  int        // of solutions
	rng    *rand.Rand // of the order of possibilities, or nil
	budget int        // of positions, or 0 for no end

	visited, found int
	values         []uint8 // by cell, as chosen
	first          []uint8 // the first solution
}

// NewSolver returns a solver of puzzles with boxes of a shape that passes
// [Boxes.Check].
func NewSolver(b Boxes) (*Solver, error) {
	if err := b.Check(); err != nil {
		return nil, err
	}
	side, cells := b.Side(), b.Cells()
	sets := make([][setSize]int32, cells*side)
	for cell := range cells {
		row, column, box := b.Units(cell)
		for v := range side {
			of := &sets[cell*side+v]
			for kind, unit := range []int{row, column, box} {
				of[kind] = int32(1 + kind*cells + unit*side + v)
			}
			of[3] = int32(1 + 3*cells + cell)
		}
	}
	return &Solver{boxes: b, cover: newCover(setSize*cells, sets)}, nil
}

// Count returns the number of solutions of g, or limit if there are at least that
// many. A grid of another shape and one that breaks the rules are errors, and so is
// the end of ctx.
func (s *Solver) Count(ctx context.Context, g Grid, limit int) (int, error) {
	if err := s.fits(g); err != nil {
		return 0, fmt.Errorf("anysize: count: %w", err)
	}
	if limit <= 0 {
		return 0, nil
	}
	n, err := s.run(g, search{ctx: ctx, limit: limit})
	if err != nil {
		return 0, fmt.Errorf("anysize: count: %w", err)
	}
	return n, nil
}

// Solve returns the first solution found; ok is false if there is none. Errors are
// those of [Solver.Count].
func (s *Solver) Solve(ctx context.Context, g Grid) (solution Grid, ok bool, err error) {
	if err := s.fits(g); err != nil {
		return Grid{}, false, fmt.Errorf("anysize: solve: %w", err)
	}
	n, err := s.run(g, search{ctx: ctx, limit: 1})
	switch {
	case err != nil:
		return Grid{}, false, fmt.Errorf("anysize: solve: %w", err)
	case n == 0:
		return Grid{}, false, nil
	}
	return Grid{s.boxes, s.first}, true, nil
}

func (s *Solver) fits(g Grid) error {
	if g.Boxes != s.boxes {
		return fmt.Errorf("grid has boxes of %v, the solver is for %v", g.Boxes, s.boxes)
	}
	return g.check()
}

// set returns the set of a value, from 1, in a cell.
func (s *Solver) set(cell int, value uint8) int { return cell*s.boxes.Side() + int(value) - 1 }

// canDiffer reports whether g has a solution without a value at a blank cell. For a
// puzzle that has one solution with the value there it tells whether the cell is
// needed, in less time than counting, which finds the known solution first.
func (s *Solver) canDiffer(ctx context.Context, g Grid, cell int, value uint8) (bool, error) {
	set := s.set(cell, value)
	s.cover.remove(set)
	defer s.cover.restore(set)
	n, err := s.run(g, search{ctx: ctx, limit: 1})
	return n > 0, err
}

// run searches from the givens, which must not clash, and returns how many
// solutions it found.
func (s *Solver) run(g Grid, from search) (int, error) {
	from.values = slices.Clone(g.Values)
	s.search = from
	var chosen []int
	for cell, v := range g.Values {
		if v != 0 {
			chosen = append(chosen, s.set(cell, v))
			s.cover.choose(chosen[len(chosen)-1], 0)
		}
	}
	s.visit()
	for _, set := range slices.Backward(chosen) {
		s.cover.unchoose(set, 0)
	}
	return s.found, s.ctx.Err()
}

// visit walks through all that can be made of a position, and returns whether to go
// on elsewhere.
func (s *Solver) visit() bool {
	if s.visited++; s.visited%1024 == 0 && s.ctx.Err() != nil || s.budget > 0 && s.visited > s.budget {
		return false
	}
	c := s.cover.smallest()
	if c == 0 {
		if s.found++; s.found == 1 {
			s.first = slices.Clone(s.values)
		}
		return s.found < s.limit
	}
	s.cover.cover(c)
	defer s.cover.uncover(c)
	for _, node := range s.possibilities(c) {
		set := s.cover.set(node)
		s.values[set/s.boxes.Side()] = uint8(set%s.boxes.Side() + 1)
		s.cover.choose(set, node)
		goOn := s.visit()
		s.cover.unchoose(set, node)
		if !goOn {
			return false
		}
	}
	return true
}

// possibilities are the nodes of a column, in random order if there is to be one.
func (s *Solver) possibilities(c int32) []int32 {
	nodes := make([]int32, 0, s.cover.size[c])
	for node := s.cover.down[c]; node != c; node = s.cover.down[node] {
		nodes = append(nodes, node)
	}
	if s.rng != nil {
		s.rng.Shuffle(len(nodes), func(i, j int) { nodes[i], nodes[j] = nodes[j], nodes[i] })
	}
	return nodes
}
