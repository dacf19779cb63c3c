package nn

import (
	"fmt"
	"slices"
)

// grouping is how one head sees the positions.
type grouping struct {
	members [][]int // the positions of each group
	order   []int   // the positions, group by group; nil where that is their own order
	batches []batch
}

// batch is n groups of equal size, the first of which begins at from in the
// grouping's order.
type batch struct{ from, n, size int }

func newGrouping(members [][]int) grouping {
	g := grouping{members: members}
	for _, group := range members {
		if last := len(g.batches) - 1; last >= 0 && g.batches[last].size == len(group) {
			g.batches[last].n++
		} else {
			g.batches = append(g.batches, batch{len(g.order), 1, len(group)})
		}
		g.order = append(g.order, group...)
	}
	if slices.IsSorted(g.order) {
		g.order = nil
	}
	return g
}

// groupMembers turns group identifiers into lists of positions, in the order
// in which the identifiers first appear.
func groupMembers(groups [][]int, heads, positions int) ([][][]int, error) {
	if groups != nil && len(groups) != heads {
		return nil, fmt.Errorf("nn: position groups for %d heads, want %d", len(groups), heads)
	}
	members := make([][][]int, heads)
	for h := range members {
		if first := sameGroups(groups, h); first < h {
			members[h] = members[first]
			continue
		}
		ids := make([]int, positions) // one group of all positions
		if groups != nil && groups[h] != nil {
			ids = groups[h]
		}
		if len(ids) != positions {
			return nil, fmt.Errorf("nn: head %d has group identifiers for %d positions, want %d", h, len(ids), positions)
		}
		index := map[int]int{}
		for p, id := range ids {
			g, ok := index[id]
			if !ok {
				g = len(members[h])
				index[id] = g
				members[h] = append(members[h], nil)
			}
			members[h][g] = append(members[h][g], p)
		}
	}
	return members, nil
}

// sameGroups returns the first head that has the very group identifiers of head
// h: many heads would otherwise hold much the same lists.
func sameGroups(groups [][]int, h int) int {
	if groups == nil {
		return 0
	}
	return slices.IndexFunc(groups, func(ids []int) bool {
		return len(ids) == len(groups[h]) && (len(ids) == 0 || &ids[0] == &groups[h][0])
	})
}
