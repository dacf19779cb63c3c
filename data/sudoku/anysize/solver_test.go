package anysize

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data/sudoku"
)

// The number of all grids of a shape is known: OEIS A002860 for Latin squares and
// A107739 for square boxes; 28,200,960 for 2 x 3 is too many to count here.
func TestCountAllGrids(t *testing.T) {
	for b, want := range map[Boxes]int{{2, 2}: 288, {1, 2}: 2, {1, 3}: 12, {1, 4}: 576, {4, 1}: 576, {1, 5}: 161280} {
		s, err := NewSolver(b)
		require.NoError(t, err)
		n, err := s.Count(t.Context(), Grid{b, make([]uint8, b.Cells())}, 1<<30)
		require.NoError(t, err)
		require.Equal(t, want, n, b)
	}
}

func TestSolve(t *testing.T) {
	s, err := NewSolver(Boxes{2, 3})
	require.NoError(t, err)
	puzzle := board(t, Boxes{2, 3}, "1.3... ...1.3 2..... .....4 ...2.. 3.....")
	for range 2 { // nothing stays behind
		n, err := s.Count(t.Context(), puzzle, 1000)
		require.NoError(t, err)
		solution, ok, err := s.Solve(t.Context(), puzzle)
		require.NoError(t, err)
		require.True(t, ok)
		require.True(t, solution.Solves(puzzle))
		few, err := s.Count(t.Context(), puzzle, 2)
		require.NoError(t, err)
		require.Equal(t, min(2, n), few)
	}
	none := board(t, Boxes{2, 3}, "12345. .....6 ...... ...... ...... ......")
	_, ok, err := s.Solve(t.Context(), none)
	require.NoError(t, err)
	require.False(t, ok)
	n, err := s.Count(t.Context(), puzzle, 0)
	require.NoError(t, err)
	require.Zero(t, n)
}

// Both solvers find 0, 1 and more solutions of the same puzzles.
func TestSolverAgreesOn9x9(t *testing.T) {
	s, err := NewSolver(Boxes{3, 3})
	require.NoError(t, err)
	var nine sudoku.Solver
	rng, seen := newRNG(3), map[int]int{}
	for i := range 60 {
		p := generate(t, Boxes{3, 3}, uint64(i), 22+rng.IntN(20))
		g := sudoku.Grid(p.Question.Values)
		require.Equal(t, 1, nine.Count(g, 2), "a generated puzzle has one solution")
		for range rng.IntN(3) {
			g[rng.IntN(81)] = uint8(rng.IntN(10))
		}
		if !g.Consistent() {
			continue
		}
		n, err := s.Count(t.Context(), classic(g), 20)
		require.NoError(t, err)
		require.Equal(t, nine.Count(g, 20), n)
		solution, ok, err := s.Solve(t.Context(), classic(g))
		require.NoError(t, err)
		require.Equal(t, n > 0, ok)
		if n == 1 {
			want, _, _ := nine.Solve(g)
			require.Equal(t, classic(want), solution)
		}
		seen[min(n, 2)]++
	}
	require.Len(t, seen, 3, "puzzles without a solution, with one and with more")
}

func TestSolverErrors(t *testing.T) {
	_, err := NewSolver(Boxes{0, 3})
	require.ErrorContains(t, err, "anysize: boxes of 0x3 cells")
	b := Boxes{4, 4}
	s, err := NewSolver(b)
	require.NoError(t, err)
	blank := Grid{b, make([]uint8, 256)}
	for _, c := range []struct {
		g    Grid
		want string
	}{
		{Grid{Boxes{2, 8}, blank.Values}, "grid has boxes of 2x8, the solver is for 4x4"},
		{Grid{b, blank.Values[:81]}, "grid has 81 cells"},
		{Grid{b, append([]uint8{7, 7}, blank.Values[2:]...)}, "two 7s in row 1"},
	} {
		_, err := s.Count(t.Context(), c.g, 2)
		require.ErrorContains(t, err, "anysize: count: "+c.want)
		_, _, err = s.Solve(t.Context(), c.g)
		require.ErrorContains(t, err, "anysize: solve: "+c.want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.Count(ctx, blank, 1<<30)
	require.ErrorIs(t, err, context.Canceled)
	_, _, err = s.Solve(ctx, blank)
	require.ErrorIs(t, err, context.Canceled)
	n, err := s.Count(t.Context(), blank, 3)
	require.NoError(t, err, "the solver is whole after it was interrupted")
	require.Equal(t, 3, n)
}

func BenchmarkCount(b *testing.B) {
	for _, boxes := range []Boxes{{3, 3}, {4, 4}} {
		b.Run(boxes.String(), func(b *testing.B) {
			p := generate(b, boxes, 1, boxes.Cells()*45/100)
			s, err := NewSolver(boxes)
			require.NoError(b, err)
			for b.Loop() {
				_, _ = s.Count(b.Context(), p.Question, 2)
			}
		})
	}
}
