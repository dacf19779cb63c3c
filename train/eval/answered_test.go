package eval_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/train/eval"
)

func TestEvaluateAnswered(t *testing.T) {
	m := testModel(t)
	rows := newTestRows(t, m, 20)
	puzzles := rows.puzzles()
	want, err := reread.Solve(t.Context(), m, puzzles, nil)
	require.NoError(t, err)
	var mu sync.Mutex
	got := map[int][]int32{}
	for shard := range 2 {
		_, err := eval.Evaluate(t.Context(), m, rows, eval.Options{Shard: shard, Shards: 2, Answered: func(row int, inputs, answer []int32) {
			mu.Lock()
			defer mu.Unlock()
			assert.NotContains(t, got, row)
			assert.Equal(t, shard, row%2)
			assert.Equal(t, puzzles[row].Tokens, inputs)
			got[row] = slices.Clone(answer)
		}})
		require.NoError(t, err)
	}
	require.Len(t, got, rows.Len())
	for row, answer := range got {
		require.Equal(t, want[row].Tokens, answer, "row %d", row)
	}
}
