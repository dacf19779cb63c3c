package world

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every layout can be solved, with the key alone, and has what Parse asks for.
func TestGenerate(t *testing.T) {
	crossing, walls := 0, 0
	for _, l := range generated(7, 300) {
		parsed, err := Parse(l.String())
		require.NoError(t, err)
		require.Equal(t, l, parsed)
		distance := slowMin(&l, true)
		require.Less(t, distance, StepLimit, l)
		require.Equal(t, -1, slowMin(&l, false), l)

		plan, _, err := Search(&l)
		require.NoError(t, err)
		route, _ := l.Act(&plan)
		seen := map[int]bool{}
		for _, s := range route {
			if seen[s.At] {
				crossing++
				break
			}
			seen[s.At] = true
		}
		for _, c := range l {
			if c == Wall {
				walls++
			}
		}
	}
	require.Greater(t, crossing, 60, "routes that cross themselves")
	require.Greater(t, walls, 300*10)
}

// slowMin returns the fewest moves to the goal, by levels of states; without the
// key, those of a world where it is out of reach. -1: there is no way.
func slowMin(l *Layout, key bool) int {
	level, seen := map[State]bool{l.Start(): true}, map[State]bool{}
	for moves := 0; len(level) > 0; moves++ {
		next := map[State]bool{}
		for s := range level {
			if l[s.At] == Goal {
				return moves
			}
			seen[s] = true
			for _, to := range slowMoves(l, s) {
				if !key {
					to.Phase = Keyless
					if l[to.At] == Door {
						continue
					}
				}
				if !seen[to] {
					next[to] = true
				}
			}
		}
		level = next
	}
	return -1
}

func TestGenerateIsDeterministic(t *testing.T) {
	require.Equal(t, generated(8, 10), generated(8, 10))
	require.NotEqual(t, generated(8, 10), generated(9, 10))
	rng := rand.New(rand.NewPCG(1, 1))
	require.NotEqual(t, Generate(rng), Generate(rng))
	require.Equal(t, `..##...
..#..K.
.##.A.#
..#....
.G#...#
..D.#.#
..#....`, Generate(rand.New(rand.NewPCG(1, 0))).String())
}

func BenchmarkGenerate(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	for b.Loop() {
		Generate(rng)
	}
}
