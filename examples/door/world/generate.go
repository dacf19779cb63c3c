package world

import "math/rand/v2"

// The share of walls within the rooms is drawn from 0 to maxDensity, and neither room
// is narrower than minRoom.
const (
	maxDensity = 0.4
	minRoom    = 2
)

// Generate makes a layout: a wall from edge to edge with a door in it, agent and key
// on one side, the goal on the other, and walls anywhere else at random. It draws
// until the goal can be reached, and cannot without the key. The same state of rng
// gives the same layout.
func Generate(rng *rand.Rand) Layout {
	for {
		l, ok := draw(rng)
		if !ok {
			continue
		}
		if _, _, err := Search(&l); err == nil && needsKey(&l) {
			return l
		}
	}
}

// draw makes a layout that may be unsolvable. It reports false where a room has no
// place for what belongs there.
func draw(rng *rand.Rand) (l Layout, ok bool) {
	density := maxDensity * rng.Float64()
	line, door := minRoom+rng.IntN(Side-2*minRoom), rng.IntN(Side)
	upright, swapped := rng.IntN(2) == 0, rng.IntN(2) == 0
	var rooms [2][]int // free cells
	for i := range l {
		across, along := i/Side, i%Side
		if upright {
			across, along = along, across
		}
		switch {
		case across == line && along == door:
			l[i] = Door
		case across == line || rng.Float64() < density:
			l[i] = Wall
		case (across < line) != swapped:
			rooms[0] = append(rooms[0], i)
		default:
			rooms[1] = append(rooms[1], i)
		}
	}
	if len(rooms[0]) < 2 || len(rooms[1]) < 1 {
		return l, false
	}
	shuffle(rng, rooms[0])
	shuffle(rng, rooms[1])
	l[rooms[0][0]], l[rooms[0][1]], l[rooms[1][0]] = Agent, Key, Goal
	return l, true
}

func shuffle(rng *rand.Rand, cells []int) {
	rng.Shuffle(len(cells), func(i, j int) { cells[i], cells[j] = cells[j], cells[i] })
}
