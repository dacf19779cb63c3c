package maze

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data"
)

func newRows(t testing.TB, puzzles []Puzzle) *Rows {
	t.Helper()
	r, err := NewRows(puzzles[0].Question.Shape, puzzles)
	require.NoError(t, err)
	return r
}

func TestRows(t *testing.T) {
	puzzles := small(t)
	r := newRows(t, puzzles)
	require.Equal(t, []int{2, 9, 6, 1}, []int{r.Len(), r.SeqLen(), r.VocabSize(), r.NumPuzzleIDs()})
	require.Equal(t, []int{4, data.Unrated}, []int{data.Rating(r, 0), data.Rating(r, 1)})
	in, lab := make([]int32, 9), make([]int32, 9)
	id, err := r.Row(1, newRNG(1), in, lab)
	require.NoError(t, err)
	require.Zero(t, id)
	require.Equal(t, puzzles[1].Question.AppendTokens(nil), in)
	require.Equal(t, puzzles[1].Solution.AppendTokens(nil), lab)
	require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = r.Row(0, nil, in, lab) }))
	_, err = r.Row(2, nil, in, lab)
	require.ErrorContains(t, err, "row 2 of 2")

	_, err = NewRows(Shape{}, nil)
	require.ErrorContains(t, err, "maze: 0 x 0 cells")
	_, err = NewRows(Shape{1, 9}, puzzles)
	require.EqualError(t, err, "maze: puzzle 0 has 3 x 3 cells, want 1 x 9")
	puzzles[1].Solution = puzzles[1].Question
	_, err = NewRows(Shape{3, 3}, puzzles)
	require.EqualError(t, err, "maze: puzzle 1: answer is not the question with a shortest path marked")
}

func TestAugment(t *testing.T) {
	puzzles := small(t)
	s := puzzles[0].Question.Shape
	r, err := Augment(s, newRows(t, puzzles))
	require.NoError(t, err)
	in, lab := make([]int32, 9), make([]int32, 9)
	_, err = r.Row(0, nil, in, lab)
	require.NoError(t, err)
	require.Equal(t, puzzles[0].Solution.AppendTokens(nil), lab)
	rng, same := newRNG(1), newRNG(1)
	seen := map[string]bool{}
	for range 50 {
		_, err := r.Row(0, rng, in, lab)
		require.NoError(t, err)
		image, err := s.RandomSymmetry(same).Apply(puzzles[0].Question)
		require.NoError(t, err)
		solution, _, err := image.Solve()
		require.NoError(t, err)
		require.Equal(t, image.AppendTokens(nil), in)
		require.Equal(t, solution.AppendTokens(nil), lab)
		seen[image.String()] = true
	}
	require.Len(t, seen, 4, "the maze has symmetries of its own")
}

func TestAugmentErrors(t *testing.T) {
	rows := newRows(t, small(t))
	_, err := Augment(Shape{2, 5}, rows)
	require.EqualError(t, err, "maze: augment: rows of 9 tokens out of 6 are not mazes of 2 x 5, which have 10 out of 6")
	_, err = Augment(Shape{0, 5}, rows)
	require.ErrorContains(t, err, "0 x 5")
	closed := mustGrid(t, "S#G")
	r, err := Augment(closed.Shape, &Rows{closed.Shape, []Puzzle{{Question: closed, Solution: closed}}})
	require.NoError(t, err)
	in, lab := make([]int32, 3), make([]int32, 3)
	_, err = r.Row(0, newRNG(1), in, lab)
	require.EqualError(t, err, "maze: augment row 0: maze: the goal cannot be reached from the start")
	_, err = r.Row(1, newRNG(1), in, lab)
	require.ErrorContains(t, err, "row 1 of 1")
}
