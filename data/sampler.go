package data

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
)

// Sampler is an endless shuffled stream of rows. The n-th row is a pure function
// of the seed and n: every epoch visits each row once, in an order of its own, and
// each draw has a random stream of its own for augmentation. A run that stopped
// therefore resumes with nothing but n.
//
// A Sampler is not safe for concurrent use; several over the same [Rows] are. It
// allocates nothing after [NewSampler], except what the rows allocate.
type Sampler struct {
	rows  Rows
	seed  uint64
	order []int32
	epoch uint64
	pcg   *rand.PCG
	rng   *rand.Rand
}

// maxSampled keeps row numbers in 32 bits and their table in the address space.
const maxSampled = min(math.MaxInt32, math.MaxInt/4)

// NewSampler returns a sampler over rows. It returns an error if there are none,
// or more than 2^31-1 (2^29-1 where int has 32 bits).
func NewSampler(rows Rows, seed uint64) (*Sampler, error) {
	if rows == nil || rows.Len() == 0 {
		return nil, errors.New("data: sampler: no rows")
	}
	if rows.Len() > maxSampled {
		return nil, fmt.Errorf("data: sampler: %d rows are too many", rows.Len())
	}
	pcg := rand.NewPCG(0, 0)
	s := &Sampler{rows: rows, seed: seed, order: make([]int32, rows.Len()), pcg: pcg, rng: rand.New(pcg)}
	s.shuffle(0)
	return s, nil
}

// At writes the n-th row of the stream, counted from 0, into inputs and labels
// (SeqLen elements each) and returns its puzzle identifier. Positions can be asked
// for in any order; going to another epoch costs a shuffle.
func (s *Sampler) At(n uint64, inputs, labels []int32) (id int32, err error) {
	i := s.Index(n)
	s.pcg.Seed(s.seed, drawStream+mix(n))
	return s.rows.Row(i, s.rng, inputs, labels)
}

// SeqLen returns that of the rows.
func (s *Sampler) SeqLen() int { return s.rows.SeqLen() }

// VocabSize returns that of the rows.
func (s *Sampler) VocabSize() int { return s.rows.VocabSize() }

// NumPuzzleIDs returns that of the rows.
func (s *Sampler) NumPuzzleIDs() int { return s.rows.NumPuzzleIDs() }

// Index returns which row the n-th of the stream is, also that of a position which
// an error of training names.
func (s *Sampler) Index(n uint64) int {
	size := uint64(len(s.order))
	if e := n / size; e != s.epoch {
		s.shuffle(e)
	}
	return int(s.order[n%size])
}

func (s *Sampler) shuffle(epoch uint64) {
	s.pcg.Seed(s.seed, epochStream+mix(epoch))
	for i := range s.order {
		j := s.rng.IntN(i + 1)
		s.order[i] = s.order[j]
		s.order[j] = int32(i)
	}
	s.epoch = epoch
}

// The streams of epochs and of draws are kept apart, so that the order of epoch 0
// and the augmentation of draw 0 do not come from the same numbers.
const (
	drawStream  = 0x9e3779b97f4a7c15
	epochStream = 0xd1b54a32d192ed03
)

// mix spreads neighbouring numbers over all 64 bits (the finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
