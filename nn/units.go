package nn

import (
	"fmt"
	"slices"

	"github.com/rereadml/reread/internal/simd"
)

// Units are the sets of positions that a task's rules talk about, by kind: each
// unit lists its members. What a position gets of the others in its unit is mapped by
// weights that its kind has for itself, so that a model can tell kinds apart. A
// position is in at most one unit of a kind; units that share positions, as the edges
// of a graph do, are of several kinds. Units may be of any size.
type Units [][][]int

// maxUnits bounds the kinds of units.
const maxUnits = 64

// validate reports units that positions cannot have.
func (u Units) validate(positions int) error {
	if len(u) > maxUnits {
		return fmt.Errorf("units of %d kinds, want at most %d", len(u), maxUnits)
	}
	seen := make([]int, positions)
	for k, kind := range u {
		if len(kind) == 0 {
			return fmt.Errorf("units: kind %d has none", k)
		}
		for i, unit := range kind {
			if len(unit) == 0 {
				return fmt.Errorf("units: unit %d of kind %d is empty", i, k)
			}
			for _, p := range unit {
				if p < 0 || p >= positions {
					return fmt.Errorf("units: unit %d of kind %d has position %d, want 0 to %d", i, k, p, positions-1)
				}
				if seen[p] > k {
					return fmt.Errorf("units: position %d is in two units of kind %d", p, k)
				}
				seen[p] = k + 1
			}
		}
	}
	return nil
}

func (u Units) clone() Units {
	out := slices.Clone(u)
	for k := range out {
		out[k] = slices.Clone(out[k])
		for i := range out[k] {
			out[k][i] = slices.Clone(out[k][i])
		}
	}
	return out
}

// GridUnits returns the units of a Sudoku with boxes of the given height and
// width, whose product is the side of the grid and the number of values, for a
// state with a vector for each value and cell, value by value. For every value
// they are the cells of a row, a column, a box, a row within a box and a column
// within a box; and for every cell they are its values.
func GridUnits(height, width int) Units {
	side := height * width
	cells := side * side
	kinds := make(Units, 6)
	add := func(kind int, n int, of func(i, k int) int, size int) {
		for i := range n {
			unit := make([]int, size)
			for k := range unit {
				unit[k] = of(i, k)
			}
			kinds[kind] = append(kinds[kind], unit)
		}
	}
	at := func(value, row, col int) int { return value*cells + row*side + col }
	add(0, side*side, func(i, k int) int { return at(i/side, i%side, k) }, side)
	add(1, side*side, func(i, k int) int { return at(i/side, k, i%side) }, side)
	add(2, side*side, func(i, k int) int {
		box := i % side
		return at(i/side, box/height*height+k/width, box%height*width+k%width)
	}, side)
	add(3, cells, func(i, k int) int { return at(k, i/side, i%side) }, side)
	add(4, side*side*height, func(i, k int) int { // segments of rows: height for each row
		row, segment := i/height%side, i%height
		return at(i/(side*height), row, segment*width+k)
	}, width)
	add(5, side*side*width, func(i, k int) int {
		col, segment := i/width%side, i%width
		return at(i/(side*width), segment*height+k, col)
	}, height)
	return kinds
}

// unitMix mixes positions by averages over the other members of their units,
// with its residual and norm (a group-wise mean field; see arXiv 2510.04871 for
// the recursion it stands in):
//
//	v = x·W_vᵀ
//	m_k = (sum of v over the position's unit of kind k - v) / (size - 1)
//	y = norm(x + sum over k of m_k·W_o,kᵀ)
//
// The maps W_o,k are applied to the sums of the units, of which there are fewer
// than positions, and the share that positions have in their own sums is taken
// off by one more map, own.
type unitMix struct {
	v         *linear
	out       []*linear // by kind
	own       []*ownMap // by class of positions
	kinds     []unitKind
	gather    simd.RowIndex // by position: its units among the rows of all sums
	rows      int           // units of all kinds, and one that stays zero
	positions int
	d         int
	eps       float32
}

// unitKind is the units of one kind: rows [from, to) of the sums.
type unitKind struct {
	from, to int
	runs     []unitRun
}

// unitRun is a run of units of one size.
type unitRun struct {
	from, to int
	members  simd.RowIndex
	one      simd.RowIndex // each row of the run by itself
	scale    float32       // 1 / (size - 1)
}

// newUnitMix registers the weights under prefix.
func newUnitMix(ps *Params, prefix string, a *Arch) (*unitMix, error) {
	m := &unitMix{positions: a.Positions(), d: a.HiddenSize, eps: a.Eps()}
	m.v = newLinear(ps, prefix+".v_proj.weight", m.d, m.d)
	for k := range a.Units {
		out := newPartOfLinear(ps, fmt.Sprintf("%s.o_proj.%d.weight", prefix, k), m.d, m.d, m.d*len(a.Units))
		m.out = append(m.out, out)
	}
	return m, m.index(a.Units)
}

// index lays out the sums: by kind, and in a kind by size.
func (m *unitMix) index(units Units) error {
	shares := make([][]float32, m.positions) // by position and kind: 1 / (size - 1)
	of := make([][]int32, m.positions)       // by position and kind: the row of its unit
	for p := range shares {
		shares[p] = make([]float32, len(units))
		of[p] = make([]int32, len(units))
	}
	for k, kind := range units {
		kind = slices.Clone(kind)
		slices.SortStableFunc(kind, func(a, b []int) int { return len(a) - len(b) })
		u := unitKind{from: m.rows}
		for _, unit := range kind {
			scale := float32(0) // a unit of one has no other members
			if len(unit) > 1 {
				scale = 1 / float32(len(unit)-1)
			}
			for _, p := range unit {
				shares[p][k], of[p][k] = scale, int32(m.rows+1)
			}
			m.rows++
		}
		u.to = m.rows
		var err error
		if u.runs, err = unitRuns(kind, u.from, m.positions); err != nil {
			return err
		}
		m.kinds = append(m.kinds, u)
	}
	return m.indexPositions(of, shares)
}

// unitRuns cuts units that ascend in size into runs of one size.
func unitRuns(kind [][]int, from, positions int) ([]unitRun, error) {
	var runs []unitRun
	for lo := 0; lo < len(kind); {
		size, hi := len(kind[lo]), lo
		var members, one []int32
		for ; hi < len(kind) && len(kind[hi]) == size; hi++ {
			for _, p := range kind[hi] {
				members = append(members, int32(p))
			}
			one = append(one, int32(hi-lo))
		}
		r := unitRun{from: from + lo, to: from + hi}
		if size > 1 {
			r.scale = 1 / float32(size-1)
		}
		var err error
		if r.members, err = simd.NewRowIndex(members, size, positions); err != nil {
			return nil, err
		}
		if r.one, err = simd.NewRowIndex(one, 1, hi-lo); err != nil {
			return nil, err
		}
		runs = append(runs, r)
		lo = hi
	}
	return runs, nil
}

// indexPositions tells for each position which sums it takes part in; a position
// without a unit of some kind has the row that stays zero, the last.
func (m *unitMix) indexPositions(of [][]int32, shares [][]float32) error {
	zero := int32(m.rows)
	m.rows++
	var index []int32
	for p := range of {
		for _, row := range of[p] {
			if row--; row < 0 {
				row = zero
			}
			index = append(index, row)
		}
	}
	var err error
	if m.gather, err = simd.NewRowIndex(index, len(shares[0]), m.rows); err != nil {
		return err
	}
	m.own = ownMaps(m, shares)
	return nil
}

func (m *unitMix) sizes() tapeSizes {
	p, r := m.positions*m.d, m.rows*m.d
	return tapeSizes{x: p, inner: p, dInner: p, mid: 2 * r, dMid: r, norm: m.positions}
}

func (m *unitMix) weights() []layout {
	out := []layout{m.v}
	for _, o := range m.out {
		out = append(out, o)
	}
	for _, o := range m.own {
		out = append(out, o)
	}
	return out
}

// unitMixOf runs a unitMix on numbers of type T.
type unitMixOf[T simd.Element] struct{ *unitMix }

func (m unitMixOf[T]) forward(s *scratch[T], t *tape[T], call, n int, y, x []T) {
	v, mid, norm := t.inner.at(call, n), t.mid.at(call, n), t.norm.at(call, n)
	s.linear(m.v, v, x, n*m.positions)
	for i := range n {
		m.mapSums(s, mid, v, i, bounds{0, m.rows})
	}
	for i := range n {
		m.mix(s, y, x, mid, v, norm, i, bounds{0, m.positions})
	}
}

// split returns the sums of a puzzle's units and what the maps make of them.
func (m unitMixOf[T]) split(mid []T, i int) (sums, mapped []T) {
	r := m.rows * m.d
	p := mid[i*2*r : (i+1)*2*r]
	return p[:r], p[r:]
}

// mapSums makes rows of the sums of puzzle i, and maps them.
func (m unitMixOf[T]) mapSums(s *scratch[T], mid, v []T, i int, rows bounds) {
	sums, mapped := m.split(mid, i)
	vi := v[i*m.positions*m.d : (i+1)*m.positions*m.d]
	for k := range m.kinds {
		u := &m.kinds[k]
		for j := range u.runs {
			r := &u.runs[j]
			if b := rows.within(r.from, r.to); b.len() > 0 {
				members := r.members.Part(b.lo-r.from, b.hi-r.from)
				simd.SumRows(cutRows(sums, b, m.d), vi, &members, m.d, r.scale, false)
			}
		}
		if b := rows.within(u.from, u.to); b.len() > 0 {
			s.linear(m.out[k], cutRows(mapped, b, m.d), cutRows(sums, b, m.d), b.len())
		}
	}
	clear(cutRows(mapped, rows.within(m.rows-1, m.rows), m.d))
}

// mix makes the output y of positions of puzzle i.
func (m unitMixOf[T]) mix(s *scratch[T], y, x, mid, v []T, norm []float32, i int, positions bounds) {
	_, mapped := m.split(mid, i)
	size := m.positions * m.d
	branch := grow(&s.branch, size)
	s.mapOwn(m.unitMix, branch, v[i*size:(i+1)*size], positions)
	branch = cutRows(branch, positions, m.d)
	units := m.gather.Part(positions.lo, positions.hi)
	simd.SumRows(branch, mapped, &units, m.d, 1, true)
	all := bounds{i*m.positions + positions.lo, i*m.positions + positions.hi}
	simd.AddRMSNormRows(cutRows(y, all, m.d), cutRows(x, all, m.d), branch, cutRows(norm, all, 1), m.eps)
}

func (m unitMixOf[T]) backward(s *scratch[T], t *tape[T], call, n int, d, y []T) {
	simd.RMSNormBackwardRows(d, y, t.norm.at(call, n))
	copy(t.sum.at(call, n), d)
	dv, dSums, size := t.dInner.at(call, n), t.dMid.at(call, n), m.positions*m.d
	for i := range n {
		di, dvi := d[i*size:(i+1)*size], dv[i*size:(i+1)*size]
		s.mapOwnBackward(m.unitMix, dvi, di)
		m.sumsBackward(s, dvi, di, dSums[i*m.rows*m.d:(i+1)*m.rows*m.d])
	}
	s.linearBackward(m.v, d, dv, n*m.positions, true)
}

// sumsBackward adds to dv what comes back through the sums of one puzzle, and
// keeps the gradients of what they were mapped to.
func (m unitMixOf[T]) sumsBackward(s *scratch[T], dv, d, dMapped []T) {
	back := grow(&s.hidden, 2*m.rows*m.d)
	dSums, scaled := back[:m.rows*m.d], back[m.rows*m.d:]
	for k := range m.kinds {
		u := &m.kinds[k]
		for i := range u.runs {
			r := &u.runs[i]
			simd.SumRows(dMapped[r.from*m.d:r.to*m.d], d, &r.members, m.d, 1, false)
		}
		s.linearBackward(m.out[k], dSums[u.from*m.d:u.to*m.d], dMapped[u.from*m.d:u.to*m.d], u.to-u.from, false)
		for i := range u.runs {
			r := &u.runs[i]
			simd.SumRows(scaled[r.from*m.d:r.to*m.d], dSums[r.from*m.d:r.to*m.d], &r.one, m.d, r.scale, false)
		}
	}
	clear(scaled[(m.rows-1)*m.d:])
	simd.SumRows(dv, scaled, &m.gather, m.d, 1, true)
}

func (m unitMixOf[T]) gradient(s *scratch[T], t *tape[T], calls, n int, grad []float32) {
	s.linearGradient(m.v, grad, t.x.all(calls, n), t.dInner.all(calls, n), calls*n*m.positions)
	mid, dMapped, r := t.mid.all(calls, n), t.dMid.all(calls, n), m.rows*m.d
	for i := range calls * n {
		sums, _ := m.split(mid, i)
		for k, u := range m.kinds {
			s.linearGradient(m.out[k], grad, sums[u.from*m.d:u.to*m.d], dMapped[i*r+u.from*m.d:i*r+u.to*m.d], u.to-u.from)
		}
	}
	s.ownGradient(m.unitMix, grad, t.inner.all(calls, n), t.sum.all(calls, n), calls*n)
}

// phases is 3: rows of the first map, of the sums, and positions are shared out.
func (m unitMixOf[T]) phases() int { return 3 }

func (m unitMixOf[T]) share(me *member[T], j *job[T], part, parts int) {
	v, mid := j.t.inner.data, j.t.mid.data
	switch j.phase {
	case 0:
		if rows := span(j.n*m.positions, part, parts, 1); rows.len() > 0 {
			me.s.linear(m.v, cutRows(v, rows, m.d), cutRows(j.x, rows, m.d), rows.len())
		}
	case 1:
		for i, rows := range span(j.n*m.rows, part, parts, 1).byPuzzle(m.rows) {
			m.mapSums(&me.s, mid, v, i, rows)
		}
	case 2:
		for i, positions := range span(j.n*m.positions, part, parts, 1).byPuzzle(m.positions) {
			m.mix(&me.s, j.y, j.x, mid, v, j.t.norm.data, i, positions)
		}
	}
}
