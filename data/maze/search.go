package maze

// search is a breadth-first search. Its slices are kept for the next one.
type search struct {
	moves   []int32 // from where it began, -1 for cells that were not reached
	before  []int32 // the cell from which each reached cell was
	reached []int32 // cells in the order in which they were reached
}

// run searches from a cell through those that hold lowest or above: Free for all that
// can be walked on, Start for what an answer has marked.
func (s *search) run(g Grid, from int, lowest Cell) {
	s.moves, s.before = resized(s.moves, len(g.Cells)), resized(s.before, len(g.Cells))
	for i := range s.moves {
		s.moves[i] = -1
	}
	s.moves[from] = 0
	s.reached = append(s.reached[:0], int32(from))
	for next := 0; next < len(s.reached); next++ {
		cell := s.reached[next]
		for _, n := range g.neighbours(int(cell)) {
			if n >= 0 && g.Cells[n] >= lowest && s.moves[n] < 0 {
				s.moves[n], s.before[n] = s.moves[cell]+1, cell
				s.reached = append(s.reached, int32(n))
			}
		}
	}
}

// farthest returns a cell that is as far away as any.
func (s *search) farthest() int { return int(s.reached[len(s.reached)-1]) }

// mark puts the path to a cell into g, both of its ends left out.
func (s *search) mark(g Grid, to int) {
	for s.moves[to] > 1 {
		to = int(s.before[to])
		g.Cells[to] = Path
	}
}

func resized(v []int32, n int) []int32 {
	if cap(v) < n {
		return make([]int32, n)
	}
	return v[:n]
}
