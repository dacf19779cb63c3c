package data

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheckRow(t *testing.T) {
	in, lab := make([]int32, 3), make([]int32, 2)
	require.NoError(t, CheckRow(4, 5, 2, in[:2], lab))
	require.EqualError(t, CheckRow(-1, 5, 2, in[:2], lab), "data: row -1 of 5")
	require.EqualError(t, CheckRow(5, 5, 2, in[:2], lab), "data: row 5 of 5")
	require.EqualError(t, CheckRow(0, 5, 2, in, lab), "data: room for 3 inputs and 2 labels, want 2")
	require.EqualError(t, CheckRow(0, 5, 3, in, lab), "data: room for 3 inputs and 2 labels, want 3")
}

// ratedRows are rows whose rating is ten times their number.
type ratedRows struct{ countingRows }

func (ratedRows) Rating(i int) int { return 10 * i }

// list formats which rows of the sets that they were made of rows are, with their
// ratings.
func list(t testing.TB, rows Rows) string {
	t.Helper()
	in, lab := make([]int32, 1), make([]int32, 1)
	rng := newRNG(1)
	text := ""
	for i := range rows.Len() {
		_, err := rows.Row(i, rng, in, lab)
		require.NoError(t, err)
		text += fmt.Sprint(in[0], ":", Rating(rows, i), " ")
	}
	for _, i := range []int{-1, rows.Len()} {
		_, err := rows.Row(i, rng, in, lab)
		require.ErrorContains(t, err, fmt.Sprintf("row %d of %d", i, rows.Len()))
	}
	return text
}

func TestJoin(t *testing.T) {
	rows, err := Join(countingRows(2), countingRows(0), ratedRows{3}, countingRows(1))
	require.NoError(t, err)
	require.Equal(t, "0:-1 1:-1 0:0 1:10 2:20 0:-1 ", list(t, rows))
	require.Equal(t, []int{6, 1, 1 << 30, 1 << 30}, []int{rows.Len(), rows.SeqLen(), rows.VocabSize(), rows.NumPuzzleIDs()})

	rows, err = Join(ratedRows{3})
	require.NoError(t, err)
	require.Equal(t, ratedRows{3}, rows)
	_, err = Join()
	require.ErrorContains(t, err, "no sets")
	_, err = Join(countingRows(1), openFolder(t, writeSmall(t), "train").Examples())
	require.ErrorContains(t, err, "rows of 1 out of 1073741824 tokens, then in set 1 of 3 out of 5")
}

func TestSpread(t *testing.T) {
	require.Equal(t, "0:-1 2:-1 5:-1 7:-1 ", list(t, Spread(countingRows(10), 4)))
	require.Equal(t, "0:0 1:10 3:30 ", list(t, Spread(ratedRows{5}, 3)))
	for _, n := range []int{-1, 0, 5, 6} {
		require.Equal(t, countingRows(5), Spread(countingRows(5), n))
	}
	// The last of very many rows.
	s := spread{countingRows(1<<31 - 1), 1 << 30}
	require.Equal(t, 1<<31-3, s.index(1<<30-1))
}
