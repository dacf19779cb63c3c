package sudoku

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestExocets checks what is embedded.
func TestExocets(t *testing.T) {
	var s Solver
	seen := map[string]bool{}
	for _, puzzle := range exocets() {
		require.False(t, seen[puzzle])
		seen[puzzle] = true
		g := mustGrid(t, puzzle)
		require.Equal(t, 1, s.Count(g, 2))
		require.True(t, s.minimal(&g))
		require.True(t, s.withstands(&g, 9*Cells))
		_, x := exocetOf(&s, puzzle)
		require.NotNil(t, x)
	}
	require.Len(t, seen, 400)
}

// TestExocetsAreMade makes the first of them again.
func TestExocetsAreMade(t *testing.T) {
	if testing.Short() {
		t.Skip("takes many seconds")
	}
	p, err := new(Generator).Hardest(t.Context(), rand.New(rand.NewPCG(1, 0)))
	require.NoError(t, err)
	require.Equal(t, exocets()[0], p.Question.String())
	require.True(t, withstandsByHand(&p.Question))
}

// deadEnd has no neighbours, and ends the context when it is asked for one.
type deadEnd struct {
	end   func()
	asked int
}

func (d *deadEnd) hardNeighbour(*walk, *rand.Rand, *Grid) (Grid, bool) {
	d.end()
	d.asked++
	return Grid{}, false
}

func TestTrailCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	d := &deadEnd{end: cancel}
	begun := 0
	tr := trail{begin: func(*walk, *rand.Rand) (Grid, plan, bool) {
		begun++
		return Grid{}, d, begun > 2
	}}
	var w walk
	_, ok := tr.next(ctx, &w, newRNG(1))
	require.True(t, ok)
	require.Equal(t, 3, begun)
	for range 2 {
		_, ok = tr.next(ctx, &w, newRNG(1))
		require.False(t, ok)
		require.Equal(t, 1, d.asked)
		require.Equal(t, 3, begun)
	}
}

func TestTrail(t *testing.T) {
	var w walk
	for name, begin := range map[string]func(*walk, *rand.Rand) (Grid, plan, bool){
		"exocet": beginExocet, "oddagon": beginOddagon,
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() {
				t.Skip("makes hard puzzles for seconds")
			}
			rng := newRNG(16)
			tr := trail{begin: begin}
			seen := map[Grid]bool{}
			trails := 0
			for range trailLength + 2 {
				p, ok := tr.next(t.Context(), &w, rng)
				require.True(t, ok)
				require.False(t, seen[p])
				seen[p] = true
				require.Equal(t, 1, w.solver.Count(p, 2))
				requireMinimal(t, p)
				require.True(t, w.solver.withstandsTrials(&p))
				require.LessOrEqual(t, len(tr.passed), trailLength)
				if len(tr.passed) == 1 {
					trails++
				}
			}
			require.Greater(t, trails, 1)
		})
	}
}
