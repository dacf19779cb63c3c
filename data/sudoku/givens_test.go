package sudoku

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data"
)

func TestFillTo(t *testing.T) {
	puzzles := Rows(generated(t, 4))
	in, lab := make([]int32, Cells), make([]int32, Cells)
	var before []Grid // of fewer givens
	for _, p := range puzzles {
		before = append(before, p.Question)
	}
	for givens := range Cells + 1 {
		rows, err := FillTo(puzzles, givens, 5)
		require.NoError(t, err)
		require.Equal(t, data.Unrated, data.Rating(rows, 0))
		for i, p := range puzzles {
			_, err := rows.Row(i, nil, in, lab)
			require.NoError(t, err)
			got := grid(t, in)
			require.Equal(t, max(givens, p.Question.Givens()), got.Givens())
			require.True(t, got.extends(&before[i]))
			require.True(t, p.Solution.extends(&got))
			require.Equal(t, p.Solution, grid(t, lab))
			before[i] = got
		}
	}
}

// Rows and seeds differ in the cells that are added.
func TestFillToIsSeeded(t *testing.T) {
	p := testRow(t)
	in, lab := make([]int32, Cells), make([]int32, Cells)
	seen := map[Grid]bool{}
	for _, seed := range []uint64{1, 2, 1} {
		rows, err := FillTo(Rows{p, p}, 50, seed)
		require.NoError(t, err)
		for i := range 2 {
			_, err = rows.Row(i, nil, in, lab)
			require.NoError(t, err)
			seen[grid(t, in)] = true
		}
	}
	require.Len(t, seen, 4)
}

// A cell without a label stays blank.
func TestFillToWithoutLabels(t *testing.T) {
	rows, err := FillTo(halfLabelled{Rows{testRow(t)}}, Cells, 1)
	require.NoError(t, err)
	in, lab := make([]int32, Cells), make([]int32, Cells)
	_, err = rows.Row(0, nil, in, lab)
	require.NoError(t, err)
	for c, l := range lab {
		require.Equal(t, l == data.IgnoreLabel, in[c] == BlankToken)
	}
}

// halfLabelled rows have a label in every blank cell but each second.
type halfLabelled struct{ Rows }

func (r halfLabelled) Row(i int, rng *rand.Rand, inputs, labels []int32) (int32, error) {
	id, err := r.Rows.Row(i, rng, inputs, labels)
	for c := 0; c < len(labels); c += 2 {
		if inputs[c] == BlankToken {
			labels[c] = data.IgnoreLabel
		}
	}
	return id, err
}

func TestFillToErrors(t *testing.T) {
	for _, givens := range []int{-1, Cells + 1} {
		_, err := FillTo(Rows{}, givens, 1)
		require.ErrorContains(t, err, "givens, want 0 to 81")
	}
	_, err := FillTo(oddRows{}, 30, 1)
	require.EqualError(t, err, "sudoku: fill: rows of 80 tokens out of 11 are not Sudokus, which have 81 out of 11")
	rows, err := FillTo(Rows{}, 30, 1)
	require.NoError(t, err)
	_, err = rows.Row(0, nil, make([]int32, Cells), make([]int32, Cells))
	require.ErrorContains(t, err, "row 0 of 0")
}
