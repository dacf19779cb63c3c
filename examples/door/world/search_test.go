package world

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// slowDistances relaxes the distance of every state to the goal until none
// changes, with the rules said again: the obvious way, and a slow one.
func slowDistances(l *Layout) map[State]int {
	const far = 1 << 20
	distance := map[State]int{}
	for phase := Keyless; phase <= Opened; phase++ {
		for at := range Cells {
			distance[State{at, phase}] = far
			if l[at] == Goal {
				distance[State{at, phase}] = 0
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for s := range distance {
			for _, to := range slowMoves(l, s) {
				if d := distance[to] + 1; d < distance[s] {
					distance[s], changed = d, true
				}
			}
		}
	}
	return distance
}

// slowMoves returns where the agent can go, in the order of the directions.
func slowMoves(l *Layout, s State) (list []State) {
	row, col := s.At/Side, s.At%Side
	for _, by := range [][2]int{{-1, 0}, {0, 1}, {1, 0}, {0, -1}} {
		r, c := row+by[0], col+by[1]
		if r < 0 || r >= Side || c < 0 || c >= Side || l[r*Side+c] == Wall {
			continue
		}
		to := State{r*Side + c, s.Phase}
		if l[to.At] == Door {
			if s.Phase == Keyless {
				continue
			}
			to.Phase = Opened
		}
		if l[to.At] == Key && s.Phase == Keyless {
			to.Phase = Keyed
		}
		list = append(list, to)
	}
	return list
}

func TestSearch(t *testing.T) {
	for _, l := range append(generated(2, 60), scattered(60)...) {
		distance := slowDistances(&l)
		plan, moves, err := Search(&l)
		if distance[l.Start()] > StepLimit {
			require.ErrorIs(t, err, ErrUnsolvable, l)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, distance[l.Start()], moves, l)
		route, end := l.Act(&plan)
		require.Equal(t, Reached, end)
		require.Len(t, route, moves+1)
		checkDirections(t, &l, &plan, distance)
	}
}

// checkDirections has the first direction of a shortest way in each state that
// there is and from which the goal can be reached, and none elsewhere.
func checkDirections(t *testing.T, l *Layout, plan *Plan, distance map[State]int) {
	t.Helper()
	var want Plan
	for s := range distance {
		locked := l[s.At] == Key && s.Phase == Keyless || l[s.At] == Door && s.Phase != Opened
		if l.Done(s) || l[s.At] == Wall || locked || distance[s] > StepLimit {
			continue
		}
		for d := Up; d <= Left; d++ {
			if to, ok := l.Move(s, d); ok && distance[to] < distance[s] {
				had := want.At(s)
				require.True(t, had == None || had == d, "two phases of a plane go the same way")
				*want.at(s) = d
				break
			}
		}
	}
	require.Equal(t, want, *plan)
}

// scattered returns layouts with anything anywhere, which may be unsolvable or in
// no need of the key.
func scattered(n int) []Layout {
	rng := rand.New(rand.NewPCG(3, 4))
	list := make([]Layout, n)
	for i := range list {
		for c := range Cells {
			if rng.IntN(3) == 0 {
				list[i][c] = Wall
			}
		}
		for k, c := range rng.Perm(Cells)[:4] {
			list[i][c] = Agent + Cell(k)
		}
	}
	return list
}

func TestSearchCorridor(t *testing.T) {
	l := parse(t, corridor)
	plan, moves, err := Search(&l)
	require.NoError(t, err)
	require.Equal(t, 2+2+3+5+2+1, moves)
	require.Equal(t, Right, plan.Before[0])
	require.Equal(t, Down, plan.After[0], "the route crosses itself")
	require.Equal(t, None, plan.Before[22])
	require.Equal(t, None, plan.After[41], "the goal")
}

func TestUnsolvable(t *testing.T) {
	l := parse(t, corridor)
	l[1] = Wall
	_, _, err := Search(&l)
	require.ErrorIs(t, err, ErrUnsolvable)
	l[1], l[23] = Free, Wall
	_, _, err = Search(&l)
	require.ErrorIs(t, err, ErrUnsolvable)
}

func BenchmarkSearch(b *testing.B) {
	l := Generate(rand.New(rand.NewPCG(1, 2)))
	for b.Loop() {
		if _, _, err := Search(&l); err != nil {
			b.Fatal(err)
		}
	}
}
