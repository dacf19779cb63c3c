package anysize

// setSize is the number of columns of a set of a cover.
const setSize = 4

// cover is an exact cover problem, to choose sets so that every column is in one of
// them, by Knuth's dancing links (arXiv cs/0011047). Node 0 is the head of the
// columns, nodes 1 to n are those of the columns, and setSize nodes follow for each
// set.
type cover struct {
	left, right      []int32 // by column
	size             []int32 // by column: sets that are left
	up, down, column []int32 // by node
}

// newCover makes the problem of sets of columns counted from 1.
func newCover(columns int, sets [][setSize]int32) *cover {
	nodes := 1 + columns + setSize*len(sets)
	m := &cover{
		left: make([]int32, columns+1), right: make([]int32, columns+1), size: make([]int32, columns+1),
		up: make([]int32, nodes), down: make([]int32, nodes), column: make([]int32, nodes),
	}
	for c := range int32(columns + 1) {
		m.left[c], m.right[c] = c-1, c+1
		m.up[c], m.down[c] = c, c
	}
	m.left[0], m.right[columns] = int32(columns), 0
	for s, of := range sets {
		for k, c := range of {
			node := m.first(s) + int32(k)
			m.column[node] = c
			m.up[node], m.down[node] = m.up[c], c
			m.attach(node)
		}
	}
	return m
}

// first returns the first node of a set.
func (m *cover) first(set int) int32 { return int32(len(m.left) + setSize*set) }

// set returns the set of a node.
func (m *cover) set(node int32) int { return (int(node) - len(m.left)) / setSize }

// attach puts a node back into the list of its column, and detach takes it out.
func (m *cover) attach(node int32) {
	m.up[m.down[node]], m.down[m.up[node]] = node, node
	m.size[m.column[node]]++
}

func (m *cover) detach(node int32) {
	m.up[m.down[node]], m.down[m.up[node]] = m.up[node], m.down[node]
	m.size[m.column[node]]--
}

// cover takes a column out, and the sets that it is in out of all other columns.
func (m *cover) cover(c int32) {
	m.right[m.left[c]], m.left[m.right[c]] = m.right[c], m.left[c]
	for node := m.down[c]; node != c; node = m.down[node] {
		first := m.first(m.set(node))
		for n := first; n < first+setSize; n++ {
			if n != node {
				m.detach(n)
			}
		}
	}
}

// uncover undoes the cover of a column, the last one first.
func (m *cover) uncover(c int32) {
	for node := m.up[c]; node != c; node = m.up[node] {
		first := m.first(m.set(node))
		for n := first + setSize - 1; n >= first; n-- {
			if n != node {
				m.attach(n)
			}
		}
	}
	m.right[m.left[c]], m.left[m.right[c]] = c, c
}

// choose covers the columns of a set, but for that of a node, or 0, which is
// covered already; unchoose undoes it.
func (m *cover) choose(set int, but int32) {
	first := m.first(set)
	for n := first; n < first+setSize; n++ {
		if n != but {
			m.cover(m.column[n])
		}
	}
}

func (m *cover) unchoose(set int, but int32) {
	first := m.first(set)
	for n := first + setSize - 1; n >= first; n-- {
		if n != but {
			m.uncover(m.column[n])
		}
	}
}

// remove takes a set out of all columns, none of them covered; restore undoes it.
func (m *cover) remove(set int) {
	for k := range int32(setSize) {
		m.detach(m.first(set) + k)
	}
}

func (m *cover) restore(set int) {
	for k := range int32(setSize) {
		m.attach(m.first(set) + setSize - 1 - k)
	}
}

// smallest returns an open column that is in the fewest sets, or 0 if none is open.
func (m *cover) smallest() int32 {
	best := m.right[0]
	for c := best; c != 0; c = m.right[c] {
		if m.size[c] < m.size[best] {
			best = c
		}
		if m.size[best] <= 1 {
			break
		}
	}
	return best
}
