package maze

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
)

// census gathers what mazes are like.
type census struct {
	walls  []float64 // share of the cells
	moves  []float64 // of a shortest path
	apart  []float64 // moves between the ends if there were no walls
	choice []float64 // log10 of the number of shortest paths
}

func takeCensus(t testing.TB, puzzles []Puzzle) census {
	t.Helper()
	var c census
	for _, p := range puzzles {
		g := p.Question
		start, goal, err := g.ends()
		require.NoError(t, err)
		walls := 0
		for _, cell := range g.Cells {
			if cell == Wall {
				walls++
			}
		}
		var s search
		s.run(g, start, Free)
		c.walls = append(c.walls, float64(walls)/float64(len(g.Cells)))
		c.moves = append(c.moves, float64(s.moves[goal]))
		c.apart = append(c.apart, math.Abs(float64(start/g.Width-goal/g.Width))+math.Abs(float64(start%g.Width-goal%g.Width)))
		c.choice = append(c.choice, math.Log10(countPaths(g, &s)[goal]))
	}
	return c
}

// countPaths returns the number of shortest paths to each cell.
func countPaths(g Grid, s *search) []float64 {
	paths := make([]float64, len(g.Cells))
	paths[s.reached[0]] = 1
	for _, cell := range s.reached {
		for _, n := range g.neighbours(int(cell)) {
			if n >= 0 && s.moves[n] == s.moves[cell]+1 {
				paths[n] += paths[cell]
			}
		}
	}
	return paths
}

// log writes mean, 5 %, median, 95 % and most of each figure.
func (c *census) log(t testing.TB) {
	t.Helper()
	for _, f := range []struct {
		name   string
		values []float64
	}{{"walls", c.walls}, {"moves", c.moves}, {"apart", c.apart}, {"choice", c.choice}} {
		v := slices.Sorted(slices.Values(f.values))
		t.Logf("%-6s %.3f, %.3f %.3f %.3f, %.3f", f.name, stat.Mean(v, nil),
			stat.Quantile(0.05, stat.Empirical, v, nil), stat.Quantile(0.5, stat.Empirical, v, nil),
			stat.Quantile(0.95, stat.Empirical, v, nil), v[len(v)-1])
	}
}

// TestGeneratedAreLikePublished takes the figures in the documentation of
// [Generator.Generate].
func TestGeneratedAreLikePublished(t *testing.T) {
	if testing.Short() {
		t.Skip("makes many mazes")
	}
	theirs := takeCensus(t, append(published(t, "train"), published(t, "test")...))
	theirs.log(t)
	var g Generator
	rng := newRNG(1)
	s := Shape{30, 30}
	var puzzles []Puzzle
	for range 300 {
		p, err := g.Generate(t.Context(), rng, s, s.HardLength())
		require.NoError(t, err)
		puzzles = append(puzzles, p)
	}
	ours := takeCensus(t, puzzles)
	ours.log(t)
	require.InDelta(t, stat.Mean(theirs.walls, nil), stat.Mean(ours.walls, nil), 0.005)
	require.InDelta(t, stat.Mean(theirs.apart, nil), stat.Mean(ours.apart, nil), 2)
	require.InDelta(t, stat.Mean(theirs.choice, nil), stat.Mean(ours.choice, nil), 0.3)
}
