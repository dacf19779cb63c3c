package anysize

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRows(t *testing.T) {
	b := Boxes{2, 3}
	p, q := generate(t, b, 1, 0), generate(t, b, 2, 20)
	r, err := NewRows(b, []Puzzle{p, q})
	require.NoError(t, err)
	require.Equal(t, []int{2, 36, 8, 1}, []int{r.Len(), r.SeqLen(), r.VocabSize(), r.NumPuzzleIDs()})
	in, labels := make([]int32, 36), make([]int32, 36)
	_, err = r.Row(1, newRNG(1), in, labels)
	require.NoError(t, err)
	require.True(t, b.Keeps(in, labels))
	require.Zero(t, testing.AllocsPerRun(10, func() { _, _ = r.Row(1, nil, in, labels) }))
	for grid, tokens := range map[*Grid][]int32{&q.Question: in, &q.Solution: labels} {
		back, err := FromTokens(b, tokens)
		require.NoError(t, err)
		require.Equal(t, *grid, back)
	}

	for _, i := range []int{-1, 2} {
		_, err = r.Row(i, nil, in, labels)
		require.ErrorContains(t, err, "of 2")
	}
	_, err = r.Row(0, nil, in[:35], labels)
	require.ErrorContains(t, err, "35 inputs and 36 labels, want 36")

	_, err = NewRows(Boxes{0, 0}, nil)
	require.ErrorContains(t, err, "anysize: boxes of 0x0")
	_, err = NewRows(Boxes{3, 2}, []Puzzle{p})
	require.ErrorContains(t, err, "anysize: puzzle 0 has boxes of 2x3, want 3x2")
	_, err = NewRows(b, []Puzzle{p, {p.Question, p.Question}})
	require.ErrorContains(t, err, "anysize: puzzle 1 is not solved by its solution")
}

func TestTokens(t *testing.T) {
	b := Boxes{1, 2}
	g, err := FromTokens(b, []int32{0, 1, 2, 3})
	require.NoError(t, err)
	require.Equal(t, "..12", g.String(), "padding counts as blank")
	for want, tokens := range map[string][]int32{
		"anysize: 3 tokens, boxes of 1x2 want 4":              {1, 1, 1},
		"anysize: token 4 in row 2, column 1, want 0 to 3":    {1, 1, 4, 1},
		"anysize: token -100 in row 1, column 2, want 0 to 3": {1, -100, 1, 1},
	} {
		_, err := FromTokens(b, tokens)
		require.EqualError(t, err, want)
		require.False(t, b.Keeps(tokens, []int32{2, 3, 3, 2}))
		require.False(t, b.Keeps([]int32{1, 1, 1, 1}, tokens))
	}
	_, err = FromTokens(Boxes{}, nil)
	require.ErrorContains(t, err, "boxes of 0x0")
	require.False(t, Boxes{}.Keeps(nil, nil))
	require.True(t, b.Keeps([]int32{0, 3, 1, 1}, []int32{2, 3, 3, 2}))
}
