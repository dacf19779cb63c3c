package nn

import (
	"fmt"

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
	s                Scratch[T]
	x, gateUp, inner []T // some channels of one puzzle
	norm             []float32
}

// job is one phase of a sublayer's forward pass.
type job[T simd.Element] struct {
	sub   sublayer
	phase int
	t     *tape[T]
	n     int
	y, x  []T
}

// Split makes the forward passes of s that record nothing run on the given
// number of goroutines. Close ends them.
func (s *Scratch[T]) Split(goroutines int) {
	if goroutines < 2 {
		return
	}
	s.team = &team[T]{pool: pool.New(goroutines), members: make([]member[T], goroutines)}
	s.team.part = s.team.run
}

// Close ends the goroutines of Split.
func (s *Scratch[T]) Close() {
	if s.team != nil {
		s.team.pool.Close()
	}
}

// forward is [Scratch.forward] of call slot 0.
func (m *team[T]) forward(sub sublayer, t *tape[T], n int, y, x []T) {
	phases := 1
	if _, ok := sub.(*Attention); ok {
		phases = 3
	}
	for phase := range phases {
		m.job = job[T]{sub, phase, t, n, y, x}
		m.pool.Run(len(m.members), m.part)
	}
	m.job = job[T]{}
}

// run does one part of the job.
func (m *team[T]) run(_, part int) {
	j, me, parts := &m.job, &m.members[part], len(m.members)
	switch sub := j.sub.(type) {
	case *SwiGLU:
		me.swiglu(sub, j, span(j.n*sub.positions, part, parts, 1))
	case *TokenSwiGLU:
		me.tokenSwiGLU(sub, j, span(sub.d, part, parts, channelStep))
	case *Attention:
		me.attention(sub, j, part, parts)
	default:
		panic(fmt.Sprintf("nn: no forward pass for %T", sub))
	}
}

// channelStep divides the numbers of channels in a part, but for the last one:
// products are done in columns of so many.
const channelStep = 32

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

// cutRows returns the part b of rows of the given length.
func cutRows[T any](x []T, b bounds, length int) []T { return x[b.lo*length : b.hi*length] }

func (me *member[T]) swiglu(m *SwiGLU, j *job[T], b bounds) {
	if b.len() == 0 {
		return
	}
	me.s.swigluRows(m, cutRows(j.t.inner.data, b, 2*m.inter), cutRows(j.t.mid.data, b, m.inter), cutRows(j.t.norm.data, b, 1),
		cutRows(j.y, b, m.d), cutRows(j.x, b, m.d))
}

// tokenSwiGLU works on a copy of some channels, puzzle by puzzle.
func (me *member[T]) tokenSwiGLU(m *TokenSwiGLU, j *job[T], b bounds) {
	d := b.len()
	if d == 0 {
		return
	}
	x, gateUp, inner := grow(&me.x, m.positions*d), grow(&me.gateUp, 2*m.inter*d), grow(&me.inner, m.inter*d)
	norm := grow(&me.norm, d)
	for i := range j.n {
		at := i * m.positions * m.d
		for p := range m.positions {
			copy(x[p*d:(p+1)*d], j.x[at+p*m.d+b.lo:])
		}
		me.s.tokenSwiGLUColumns(m, gateUp, inner, norm, x, x, 1, d)
		for p := range m.positions {
			copy(j.y[at+p*m.d+b.lo:], x[p*d:(p+1)*d])
		}
	}
}

// attention does the first linear map and the last one by rows, what is between
// them by heads.
func (me *member[T]) attention(a *Attention, j *job[T], part, parts int) {
	rows := span(j.n*a.positions, part, parts, 1)
	qkv, mid := j.t.inner.data, j.t.mid.data
	switch j.phase {
	case 0:
		me.s.attentionIn(a, cutRows(qkv, rows, 3*a.d), cutRows(j.x, rows, a.d), rows.lo, rows.len())
	case 1:
		heads := span(j.n*a.heads, part, parts, 1)
		for h := heads.lo; h < heads.hi; h++ {
			i := h / a.heads
			me.s.attendHead(a, mid[i*a.positions*a.d:], qkv[i*a.positions*3*a.d:], h%a.heads)
		}
	case 2:
		if rows.len() > 0 {
			me.s.attentionOut(a, cutRows(j.t.norm.data, rows, 1), cutRows(j.y, rows, a.d), cutRows(j.x, rows, a.d), cutRows(mid, rows, a.d))
		}
	}
}
