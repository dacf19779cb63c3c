package arc

import (
	"cmp"
	"slices"
	"sort"
)

// span is the indices from..to-1.
type span struct{ from, to int }

// spans is a set of indices: ascending spans with gaps between them, few where a run
// is in order.
type spans []span

func (s spans) len() int {
	n := 0
	for _, e := range s {
		n += e.to - e.from
	}
	return n
}

// reaching returns the number of the first span that holds or ends right before i, or
// comes after it.
func (s spans) reaching(i int) int {
	return sort.Search(len(s), func(k int) bool { return s[k].to >= i })
}

func (s spans) has(i int) bool {
	k := s.reaching(i + 1)
	return k < len(s) && s[k].from <= i
}

// add returns the set with i added, and false if i was in it.
func (s spans) add(i int) (spans, bool) {
	switch k := s.reaching(i); {
	case k == len(s) || s[k].from > i+1:
		return slices.Insert(s, k, span{i, i + 1}), true
	case s[k].from == i+1:
		s[k].from = i
		return s, true
	case s[k].to > i:
		return s, false
	case k+1 < len(s) && s[k+1].from == i+1:
		s[k].to = s[k+1].to
		return slices.Delete(s, k+1, k+2), true
	default:
		s[k].to++
		return s, true
	}
}

// union returns the indices of both sets, or one that is in both.
func (s spans) union(o spans) (all spans, both int, disjoint bool) {
	for _, e := range slices.SortedFunc(slices.Values(slices.Concat(s, o)), func(a, b span) int { return cmp.Compare(a.from, b.from) }) {
		last := len(all) - 1
		switch {
		case last < 0 || all[last].to < e.from:
			all = append(all, e)
		case all[last].to > e.from:
			return nil, e.from, false
		default:
			all[last].to = e.to
		}
	}
	return all, 0, true
}
