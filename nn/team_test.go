package nn_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

// A team gives the bits that one goroutine does, for teams larger than what
// there is to share too.
func TestTeamsGiveTheSameBits(t *testing.T) {
	wide := func(a *nn.Arch) { // more than one step of channels
		a.HiddenSize, a.LLayers, a.HCycles, a.LCycles = 84, 1, 1, 1
	}
	nn.EachLevel(t, func(t *testing.T) {
		for _, v := range families {
			eachPrecision(t, newModel(t, v, wide), v.name, func(t *testing.T, m *nn.Model) {
				for _, puzzles := range [][]int{{1}, {2, 0, 1}} {
					alone := newGroup(m, puzzles...)
					require.NoError(t, m.NewWorker(3, 1).Step(alone))
					for _, size := range []int{2, 7} {
						shared := newGroup(m, puzzles...)
						team := m.NewWorker(3, size)
						require.NoError(t, team.Step(shared))
						team.Close()
						for i := range puzzles {
							require.Equal(t, answerOf(m, alone, i), answerOf(m, shared, i), fmt.Sprintf("puzzle %d of %v, team of %d", i, puzzles, size))
						}
					}
				}
			})
		}
	})
}

func TestWarmTeamsAllocateNothing(t *testing.T) {
	for _, v := range families {
		eachPrecision(t, newModel(t, v, asIs), v.name, func(t *testing.T, m *nn.Model) {
			team, g := m.NewWorker(2, 2), newGroup(m, 0, 1)
			defer team.Close()
			require.NoError(t, team.Step(g))
			require.Zero(t, testing.AllocsPerRun(3, func() {
				if err := team.Step(g); err != nil {
					panic(err)
				}
			}))
		})
	}
}
