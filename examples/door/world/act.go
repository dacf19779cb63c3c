package world

// End is how acting a plan out ends.
type End uint8

// The ends.
const (
	Reached End = iota // the goal
	Lost               // the plan has no direction where the agent is
	Stuck              // the plan's direction cannot be taken there
	Circled            // the agent goes round in circles, up to the step limit
)

// String says the end in a word or two.
func (e End) String() string {
	return [...]string{"goal", "lost", "stuck", "circles"}[e]
}

// StepLimit is how many moves an agent has. A plan that needs more is in the same
// place a second time and would go on for ever: it has a direction for each cell
// before the key and after it.
const StepLimit = 2 * Cells

// Act follows a plan from the start by the rules, and returns the states from the
// start on, one more than there are moves, and how it ends.
func (l *Layout) Act(p *Plan) ([]State, End) {
	s := l.Start()
	route := []State{s}
	for !l.Done(s) {
		if len(route) > StepLimit {
			return route, Circled
		}
		d := p.At(s)
		next, ok := l.Move(s, d)
		switch {
		case d == None:
			return route, Lost
		case !ok:
			return route, Stuck
		}
		s = next
		route = append(route, s)
	}
	return route, Reached
}
