package sudoku

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
)

// bruteCount counts solutions by trying every digit at every blank cell in turn,
// straight from the rules.
func bruteCount(g Grid, limit int) int {
	if !g.Consistent() {
		return 0
	}
	best, options := -1, 10
	for i, v := range g {
		if v != 0 {
			continue
		}
		n := 0
		for d := uint8(1); d <= 9; d++ {
			g[i] = d
			if g.Consistent() {
				n++
			}
		}
		g[i] = 0
		if n < options {
			best, options = i, n
		}
	}
	if best < 0 {
		return 1
	}
	total := 0
	for d := uint8(1); d <= 9 && total < limit; d++ {
		g[best] = d
		total += bruteCount(g, limit-total)
	}
	return total
}

// TestSolverBruteForce compares counts for puzzles with few, one and no solutions.
func TestSolverBruteForce(t *testing.T) {
	rng := newRNG(1)
	var s Solver
	full := mustGrid(t, testSolution)
	seen := map[int]int{}
	for i := range 120 {
		g := RandomSymmetry(rng).Apply(full)
		order := shuffledCells(rng)
		for _, c := range order[:45+i%8] {
			g[c] = 0
		}
		if i%3 == 0 {
			// A wrong given.
			g[rng.IntN(81)] = uint8(1 + rng.IntN(9))
		}
		const limit = 20
		want := bruteCount(g, limit)
		require.Equal(t, want, s.Count(g, limit), g)
		require.Equal(t, min(want, 2), s.Count(g, 2), g)
		solution, guesses, ok := s.Solve(g)
		require.Equal(t, want > 0, ok)
		require.GreaterOrEqual(t, guesses, 0)
		if ok {
			require.True(t, solution.Solved())
			require.True(t, solution.Extends(g))
		} else {
			require.Equal(t, Grid{}, solution)
		}
		seen[min(want, 2)]++
	}
	require.Len(t, seen, 3, "no, one and several solutions all occur")
}

func TestSolverEdges(t *testing.T) {
	var s Solver
	var g Grid
	require.Equal(t, 1000, s.Count(g, 1000), "the blank grid")
	require.Zero(t, s.Count(g, 0))
	require.Zero(t, s.Count(g, -1))

	full := mustGrid(t, testSolution)
	got, guesses, ok := s.Solve(full)
	require.True(t, ok)
	require.Zero(t, guesses)
	require.Equal(t, full, got)

	for _, cells := range [][2]int{{0, 8}, {0, 72}, {0, 20}, {30, 57}} {
		g = Grid{}
		g[cells[0]], g[cells[1]] = 5, 5
		require.Zero(t, s.Count(g, 2))
		_, _, ok = s.Solve(g)
		require.False(t, ok)
		require.Zero(t, s.CountGuesses(g, 4))
	}
	g = Grid{}
	g[80] = 10
	require.Zero(t, s.Count(g, 2))

	puzzle := mustGrid(t, testPuzzle)
	_, guesses, _ = s.Solve(puzzle)
	require.Positive(t, guesses)
	require.Equal(t, float64(guesses), s.CountGuesses(puzzle, 1))
	require.Equal(t, float64(guesses), s.CountGuesses(puzzle, -3))
	require.Positive(t, s.CountGuesses(puzzle, 100))
}

// TestSolverSparse looks for grids with few givens, of which some are wrong, that
// are searched for long: guesses must notice soon that they contradict.
func TestSolverSparse(t *testing.T) {
	rng := newRNG(2)
	var s Solver
	worst := 0
	for i := range 2000 {
		var g Grid
		for range i % 22 {
			c := rng.IntN(81)
			g[c] = uint8(1 + rng.IntN(9))
			if !g.Consistent() {
				g[c] = 0
			}
		}
		n := s.Count(g, 2)
		_, guesses, ok := s.Solve(g)
		require.Equal(t, n > 0, ok)
		worst = max(worst, guesses)
	}
	t.Logf("at most %d guesses", worst)
	require.Less(t, worst, 20000)
}

func TestSolverAllocs(t *testing.T) {
	var s Solver
	puzzle := mustGrid(t, testPuzzle)
	require.Zero(t, testing.AllocsPerRun(20, func() {
		if s.Count(puzzle, 2) != 1 || s.CountGuesses(puzzle, 8) == 0 {
			panic("not solved")
		}
		s.Solve(puzzle)
	}))
}

// TestRateBelongsToThePuzzle rates puzzles and a copy of each: the ratings of the
// two should agree about which puzzles are hard.
func TestRateBelongsToThePuzzle(t *testing.T) {
	if testing.Short() {
		t.Skip("makes puzzles for over a second")
	}
	rng := newRNG(3)
	var s Solver
	var ours, copies []float64
	for _, p := range generated(t, 100) {
		ours = append(ours, float64(s.Rate(p.Question)))
		copies = append(copies, float64(s.Rate(RandomSymmetry(rng).Apply(p.Question))))
	}
	agreement := stat.Correlation(ranks(ours), ranks(copies), nil)
	t.Logf("rank correlation %.3f, means %.2f and %.2f", agreement, stat.Mean(ours, nil), stat.Mean(copies, nil))
	require.Greater(t, agreement, 0.8)
}

// ranks returns the mean rank of each value among all.
func ranks(v []float64) []float64 {
	sorted := slices.Sorted(slices.Values(v))
	out := make([]float64, len(v))
	for i, x := range v {
		below := stat.CDF(x, stat.Empirical, sorted, nil)
		first, _ := slices.BinarySearch(sorted, x)
		out[i] = (float64(first) + below*float64(len(v))) / 2
	}
	return out
}

func BenchmarkSolver(b *testing.B) {
	var s Solver
	run := func(name string, puzzles []Puzzle) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			i, guesses := 0, 0
			for b.Loop() {
				_, n, _ := s.Solve(puzzles[i%len(puzzles)].Question)
				guesses += n
				i++
			}
			b.ReportMetric(float64(guesses)/float64(b.N), "guesses/op")
		})
		b.Run(name+"-unique", func(b *testing.B) {
			i := 0
			for b.Loop() {
				s.Count(puzzles[i%len(puzzles)].Question, 2)
				i++
			}
		})
	}
	puzzle := testRow(b)
	run("rating-31", []Puzzle{puzzle})
	run("generated", generated(b, 200))
}
