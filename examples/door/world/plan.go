package world

import "fmt"

// Plan says in which direction to go from each cell, in two planes: as long as the
// key lies in its cell, and from then on. A route that crosses itself does so with
// the key, so every shortest one fits: to come back to a cell in the same plane would
// be a detour. (With the door open, the ways on are those that the key would open.)
type Plan struct {
	Before [Cells]Direction // without the key
	After  [Cells]Direction // once it is taken
}

// Vocab is the number of tokens of an answer: pairs of directions.
const Vocab = directions * directions

// at returns where the plan has the direction for a state.
func (p *Plan) at(s State) *Direction {
	if s.Phase == Keyless {
		return &p.Before[s.At]
	}
	return &p.After[s.At]
}

// At returns the direction for a state.
func (p *Plan) At(s State) Direction { return *p.at(s) }

// AppendTokens appends the plan as a model answers it: a token for each cell, which
// is five times the direction before the key plus that after it.
func (p *Plan) AppendTokens(to []int32) []int32 {
	for i := range Cells {
		to = append(to, int32(p.Before[i])*int32(directions)+int32(p.After[i]))
	}
	return to
}

// PlanOf reads a plan off an answer [Cells]. It is for the rules to say whether the
// plan is of use.
func PlanOf(tokens []int32) (Plan, error) {
	var p Plan
	if len(tokens) != Cells {
		return p, fmt.Errorf("world: %d tokens, want %d", len(tokens), Cells)
	}
	for i, t := range tokens {
		if t < 0 || int(t) >= Vocab {
			return p, fmt.Errorf("world: token %d in cell %d, want 0 to %d", t, i, Vocab-1)
		}
		p.Before[i], p.After[i] = Direction(int(t)/directions), Direction(int(t)%directions)
	}
	return p, nil
}
