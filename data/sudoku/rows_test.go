package sudoku

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data"
)

func TestRows(t *testing.T) {
	s := testRow(t)
	r := Rows{s, s}
	require.Equal(t, []int{2, 81, 11, 1}, []int{r.Len(), r.SeqLen(), r.VocabSize(), r.NumPuzzleIDs()})
	require.Equal(t, 3, data.Rating(r, 1))
	in, lab := make([]int32, 81), make([]int32, 81)
	rng := newRNG(1)
	_, err := r.Row(1, rng, in, lab)
	require.NoError(t, err)
	require.Equal(t, s.Question, grid(t, in))
	require.Equal(t, s.Solution, grid(t, lab))

	for _, i := range []int{-1, 2} {
		_, err = r.Row(i, rng, in, lab)
		require.ErrorContains(t, err, "of 2")
	}
	_, err = r.Row(0, rng, in, lab[:80])
	require.ErrorContains(t, err, "80 labels, want 81")
}

func TestAugment(t *testing.T) {
	s := testRow(t)
	r, err := Augment(Rows{s, s})
	require.NoError(t, err)
	require.Equal(t, []int{2, 81, 11, 1}, []int{r.Len(), r.SeqLen(), r.VocabSize(), r.NumPuzzleIDs()})
	in, lab := make([]int32, 81), make([]int32, 81)
	_, err = r.Row(0, nil, in, lab)
	require.NoError(t, err)
	require.Equal(t, s.Question, grid(t, in))

	rng, same := newRNG(1), newRNG(1)
	for range 20 {
		_, err = r.Row(1, rng, in, lab)
		require.NoError(t, err)
		sym := RandomSymmetry(same)
		require.Equal(t, sym.Apply(s.Question), grid(t, in))
		require.Equal(t, sym.Apply(s.Solution), grid(t, lab))
	}
	_, err = r.Row(2, rng, in, lab)
	require.ErrorContains(t, err, "row 2 of 2")
	_, err = Augment(oddRows{})
	require.EqualError(t, err, "sudoku: augment: rows of 80 tokens out of 11 are not Sudokus, which have 81 out of 11")
}

type oddRows struct{ Rows }

func (oddRows) SeqLen() int { return 80 }

// unlabelled are rows without labels.
type unlabelled struct{ Rows }

func (r unlabelled) Row(i int, rng *rand.Rand, inputs, labels []int32) (int32, error) {
	id, err := r.Rows.Row(i, rng, inputs, labels)
	for c := range labels {
		labels[c] = data.IgnoreLabel
	}
	return id, err
}

func grid(t testing.TB, tokens []int32) Grid {
	t.Helper()
	g, err := FromTokens(tokens)
	require.NoError(t, err)
	return g
}

func TestRowsAllocs(t *testing.T) {
	r, err := Vary(Rows{testRow(t)}, Variety{ExtraGivens: 0.3, WrongValues: 0.3})
	require.NoError(t, err)
	r, err = Augment(r)
	require.NoError(t, err)
	in, lab := make([]int32, 81), make([]int32, 81)
	rng := newRNG(1)
	require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = r.Row(0, rng, in, lab) }))
}

func BenchmarkRow(b *testing.B) {
	r, err := Augment(Rows{testRow(b)})
	require.NoError(b, err)
	in, lab := make([]int32, 81), make([]int32, 81)
	rng := newRNG(1)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = r.Row(0, rng, in, lab)
	}
}
