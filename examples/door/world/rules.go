package world

import "slices"

// Direction is a move to a neighbour, or none.
type Direction uint8

// The directions, in the order in which equally good ones are preferred.
const (
	None Direction = iota
	Up
	Right
	Down
	Left

	directions = int(Left) + 1
)

// Phase is how far the agent has come.
type Phase uint8

// The phases. The key is used up by opening the door, which stays open.
const (
	Keyless Phase = iota // the key lies in its cell, the door is locked
	Keyed                // the agent has the key, the door is locked
	Opened               // the door is open

	phases = int(Opened) + 1
)

// State is all that changes in a world.
type State struct {
	At    int // cell of the agent
	Phase Phase
}

// states is the number of states, counted by State.index.
const states = phases * Cells

func (s State) index() uint8 { return uint8(int(s.Phase)*Cells + s.At) }

func stateOf(index uint8) State { return State{int(index) % Cells, Phase(index / Cells)} }

// Start returns the state in which the agent begins.
func (l *Layout) Start() State { return State{At: slices.Index(l[:], Agent)} }

// Done reports whether the agent is at the goal.
func (l *Layout) Done(s State) bool { return l[s.At] == Goal }

// Move returns the state after a move. It reports false for what cannot be done:
// to leave the world, to walk into a wall, or into the locked door without the key.
// Walking onto the key takes it, walking into the locked door with it opens it.
func (l *Layout) Move(s State, d Direction) (State, bool) {
	to, ok := neighbour(s.At, d)
	if !ok {
		return s, false
	}
	switch l[to] {
	case Wall:
		return s, false
	case Key:
		if s.Phase == Keyless {
			return State{to, Keyed}, true
		}
	case Door:
		if s.Phase == Keyless {
			return s, false
		}
		return State{to, Opened}, true
	}
	return State{to, s.Phase}, true
}

// neighbour returns the cell in a direction, unless that is beyond the edges.
func neighbour(at int, d Direction) (cell int, ok bool) {
	row, col := at/Side, at%Side
	switch d {
	case Up:
		return at - Side, row > 0
	case Right:
		return at + 1, col < Side-1
	case Down:
		return at + Side, row < Side-1
	case Left:
		return at - 1, col > 0
	}
	return at, false
}
