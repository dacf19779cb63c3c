package nn

import (
	"iter"

	"github.com/rereadml/reread/internal/pool"
	"github.com/rereadml/reread/internal/simd"
)

// A team takes one group through the network on several goroutines, for few
// puzzles on many cores. Each sublayer falls into parts that have nothing to
// do with one another: positions in an MLP over the channels, channels in one
// over the positions, heads in attention. So the results have the same bits
// as on one goroutine.
type team[T simd.Element] struct {
	pool    *pool.Pool
	members []member[T]
	part    func(_, part int) // bound once, so that passes allocate nothing
	job     job[T]
}

// member is what one part of each phase is worked out in.
type member[T simd.Element] struct {
	s        scratch[T]
	x, inner []T // some channels of one puzzle
	norm     []float32
}

// job is one phase of a sublayer's forward pass.
type job[T simd.Element] struct {
	layer layer[T]
	phase int
	t     *tape[T]
	n     int
	y, x  []T
}

// split makes the forward passes of s that record nothing run on the given
// number of goroutines. close ends them.
func (s *scratch[T]) split(goroutines int) {
	if goroutines < 2 {
		return
	}
	s.team = &team[T]{pool: pool.New(goroutines), members: make([]member[T], goroutines)}
	s.team.part = s.team.run
}

// close ends the goroutines of split.
func (s *scratch[T]) close() {
	if s.team != nil {
		s.team.pool.Close()
	}
}

// forward is that of a layer, call slot 0.
func (m *team[T]) forward(l layer[T], t *tape[T], n int, y, x []T) {
	for phase := range l.phases() {
		m.job = job[T]{l, phase, t, n, y, x}
		m.pool.Run(len(m.members), m.part)
	}
	m.job = job[T]{}
}

// run does one part of the job.
func (m *team[T]) run(_, part int) {
	m.job.layer.share(&m.members[part], &m.job, part, len(m.members))
}

// bounds are a part [lo, hi) of something.
type bounds struct{ lo, hi int }

// span returns one of equal parts of n, cut at multiples of step.
func span(n, part, parts, step int) bounds {
	cut := func(i int) int { return min((n*i/parts+step/2)/step*step, n) }
	if part == parts-1 {
		return bounds{cut(part), n}
	}
	return bounds{cut(part), cut(part + 1)}
}

func (b bounds) len() int { return b.hi - b.lo }

// within returns what b has of [lo, hi).
func (b bounds) within(lo, hi int) bounds {
	lo = max(b.lo, lo)
	return bounds{lo, max(lo, min(b.hi, hi))}
}

// byPuzzle cuts bounds of what all puzzles have, size each, into a part for each
// puzzle that has some of it, counted from its first.
func (b bounds) byPuzzle(size int) iter.Seq2[int, bounds] {
	return func(yield func(i int, part bounds) bool) {
		for from := b.lo; from < b.hi; {
			i := from / size
			to := min(b.hi, (i+1)*size)
			if !yield(i, bounds{from - i*size, to - i*size}) {
				return
			}
			from = to
		}
	}
}

// cutRows returns the part b of rows of the given length.
func cutRows[T any](x []T, b bounds, length int) []T { return x[b.lo*length : b.hi*length] }
