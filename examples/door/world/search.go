package world

import "errors"

// ErrUnsolvable is that the agent cannot reach the goal.
var ErrUnsolvable = errors.New("world: the goal cannot be reached")

// Search returns the plan that has, for every state that the agent can come into
// and that the goal can be reached from, the first direction of a shortest way to
// the goal; and the length of that from the start, in moves. Of several such
// directions it is the first in the order Up, Right, Down, Left, so that a model can
// learn which is meant. It is a breadth-first search over cells and phases.
func Search(l *Layout) (Plan, int, error) {
	g := explore(l)
	distance := g.distances(l)
	start := l.Start()
	if distance[start.index()] < 0 {
		return Plan{}, 0, ErrUnsolvable
	}
	var p Plan
	for _, from := range g.reached {
		s := stateOf(from)
		if l.Done(s) || distance[from] < 0 {
			continue
		}
		for d := Up; d <= Left; d++ {
			if to, ok := l.Move(s, d); ok && distance[to.index()] == distance[from]-1 {
				*p.at(s) = d
				break
			}
		}
	}
	return p, distance[start.index()], nil
}

// graph is the states that the agent can come into, and the ways back.
type graph struct {
	reached []uint8         // in the order of their distance from the start
	before  [states][]uint8 // from which states a move leads to each
}

// ways is how many moves lead into a state at most: from each neighbour, with the
// phase before and with its own.
const ways = 2 * 4

func explore(l *Layout) *graph {
	g := &graph{reached: make([]uint8, 1, states)}
	room := make([]uint8, states*ways)
	for i := range g.before {
		g.before[i] = room[i*ways : i*ways : (i+1)*ways]
	}
	g.reached[0] = l.Start().index()
	var seen [states]bool
	seen[g.reached[0]] = true
	for next := 0; next < len(g.reached); next++ {
		from := g.reached[next]
		for d := Up; d <= Left; d++ {
			s, ok := l.Move(stateOf(from), d)
			if !ok {
				continue
			}
			to := s.index()
			g.before[to] = append(g.before[to], from)
			if !seen[to] {
				seen[to] = true
				g.reached = append(g.reached, to)
			}
		}
	}
	return g
}

// distances returns the moves from each state to the goal, -1 where none lead
// there.
func (g *graph) distances(l *Layout) (distance [states]int) {
	queue := make([]uint8, 0, states)
	for i := range distance {
		distance[i] = -1
	}
	for _, s := range g.reached {
		if l.Done(stateOf(s)) {
			distance[s] = 0
			queue = append(queue, s)
		}
	}
	for next := 0; next < len(queue); next++ {
		to := queue[next]
		for _, from := range g.before[to] {
			if distance[from] < 0 {
				distance[from] = distance[to] + 1
				queue = append(queue, from)
			}
		}
	}
	return distance
}

// needsKey reports whether the goal is out of reach for who cannot take the key.
func needsKey(l *Layout) bool {
	keyless := *l
	for i, c := range l {
		if c == Key {
			keyless[i] = Free
		}
	}
	_, _, err := Search(&keyless)
	return err != nil
}
