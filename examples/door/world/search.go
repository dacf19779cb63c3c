package world

import "errors"

// ErrUnsolvable is that the agent cannot reach the goal.
var ErrUnsolvable = errors.New("world: the goal cannot be reached")

// Search returns the plan that has, for every state from which the goal can be
// reached, the first direction of a shortest way there; and the length of that from the
// start, in moves. Of several such directions it is the first in the order Up, Right,
// Down, Left, so that a model can learn which is meant. It is a breadth-first search
// over cells and phases, back from the goal.
func Search(l *Layout) (Plan, int, error) {
	distance := waysBack(l).distances(l)
	fewest := distance[l.Start().index()]
	if fewest < 0 {
		return Plan{}, 0, ErrUnsolvable
	}
	var p Plan
	for i := range uint8(states) {
		s := stateOf(i)
		if l.Done(s) || distance[i] < 0 {
			continue
		}
		for d := Up; d <= Left; d++ {
			if to, ok := l.Move(s, d); ok && distance[to.index()] == distance[i]-1 {
				*p.at(s) = d
				break
			}
		}
	}
	return p, fewest, nil
}

// possible reports whether there is such a state: no agent is in a wall, on the key
// without taking it, or in the door without opening it.
func (l *Layout) possible(s State) bool {
	switch l[s.At] {
	case Wall:
		return false
	case Key:
		return s.Phase != Keyless
	case Door:
		return s.Phase == Opened
	}
	return true
}

// graph has the states from which a move leads to each.
type graph [states][]uint8

// ways is how many moves lead into a state at most: from each neighbour, with the
// phase before and with its own.
const ways = 2 * 4

func waysBack(l *Layout) *graph {
	g, room := new(graph), make([]uint8, states*ways)
	for i := range g {
		g[i] = room[i*ways : i*ways : (i+1)*ways]
	}
	for from := range uint8(states) {
		s := stateOf(from)
		if !l.possible(s) {
			continue
		}
		for d := Up; d <= Left; d++ {
			if next, ok := l.Move(s, d); ok {
				to := next.index()
				g[to] = append(g[to], from)
			}
		}
	}
	return g
}

// distances returns the moves from each state to the goal, -1 where none lead
// there.
func (g *graph) distances(l *Layout) (distance [states]int) {
	queue := make([]uint8, 0, states)
	for i := range uint8(states) {
		distance[i] = -1
		if l.Done(stateOf(i)) {
			distance[i] = 0
			queue = append(queue, i)
		}
	}
	for next := 0; next < len(queue); next++ {
		to := queue[next]
		for _, from := range g[to] {
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
