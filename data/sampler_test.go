package data

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// countingRows returns the row number as identifier and a random label.
type countingRows int

func (r countingRows) Len() int        { return int(r) }
func (countingRows) SeqLen() int       { return 1 }
func (countingRows) VocabSize() int    { return 1 << 30 }
func (countingRows) NumPuzzleIDs() int { return 1 << 30 }

func (r countingRows) Row(i int, rng *rand.Rand, inputs, labels []int32) (int32, error) {
	if err := CheckRow(i, int(r), 1, inputs, labels); err != nil {
		return 0, err
	}
	inputs[0], labels[0] = int32(i), rng.Int32()
	return int32(i), nil
}

func newSampler(t testing.TB, r Rows, seed uint64) *Sampler {
	t.Helper()
	s, err := NewSampler(r, seed)
	require.NoError(t, err)
	return s
}

func draw(t testing.TB, s *Sampler, n uint64) string {
	t.Helper()
	var in, lab [1]int32
	id, err := s.At(n, in[:], lab[:])
	require.NoError(t, err)
	require.Equal(t, int(id), s.Index(n))
	return fmt.Sprint(id, in, lab)
}

func TestSamplerPure(t *testing.T) {
	const size = 37
	s := newSampler(t, countingRows(size), 5)
	stream := make([]string, 5*size)
	for n := range stream {
		stream[n] = draw(t, s, uint64(n))
	}
	rng := newRNG(1)
	other := newSampler(t, countingRows(size), 5)
	for range 500 {
		n := rng.IntN(len(stream))
		require.Equal(t, stream[n], draw(t, other, uint64(n)))
	}
	seed6 := newSampler(t, countingRows(size), 6)
	same := 0
	for n := range stream {
		if draw(t, seed6, uint64(n)) == stream[n] {
			same++
		}
	}
	require.Zero(t, same)
	// The far end of the stream is no different.
	require.Equal(t, draw(t, s, math.MaxUint64), draw(t, other, math.MaxUint64))
}

func TestSamplerEpochs(t *testing.T) {
	const size = 50
	s := newSampler(t, countingRows(size), 1)
	orders := map[string]bool{}
	for e := range uint64(4) {
		seen := map[int]bool{}
		order := ""
		for n := range uint64(size) {
			i := s.Index(e*size + n)
			seen[i] = true
			order += fmt.Sprint(i, " ")
		}
		require.Len(t, seen, size)
		orders[order] = true
	}
	require.Len(t, orders, 4)
}

func TestSamplerFolder(t *testing.T) {
	f := openFolder(t, writeSmall(t), "train")
	s := newSampler(t, f.Groups(), 3)
	in, lab := make([]int32, 3), make([]int32, 3)
	groups := map[bool]int{}
	for n := range uint64(40) {
		_, err := s.At(n, in, lab)
		require.NoError(t, err)
		groups[in[0] == 4 && in[1] == 4]++
	}
	require.Equal(t, map[bool]int{false: 20, true: 20}, groups)
	_, err := s.At(0, in[:1], lab)
	require.Error(t, err)
}

func TestSamplerErrors(t *testing.T) {
	_, err := NewSampler(nil, 1)
	require.ErrorContains(t, err, "no rows")
	_, err = NewSampler(countingRows(0), 1)
	require.ErrorContains(t, err, "no rows")
	_, err = NewSampler(countingRows(math.MaxInt), 1)
	require.ErrorContains(t, err, "too many")
}

func TestSamplerAllocs(t *testing.T) {
	s := newSampler(t, countingRows(3), 1)
	in, lab := make([]int32, 1), make([]int32, 1)
	n := uint64(0)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		_, _ = s.At(n, in, lab)
		n++
	}), "not even from one epoch to the next")
}
