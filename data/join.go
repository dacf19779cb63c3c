package data

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sort"
)

// Join returns the rows of several sets as one, in their order. The sets must
// agree in SeqLen and VocabSize. Their puzzle identifiers are taken as they are,
// as entries of one table: NumPuzzleIDs is that of the set with the most.
func Join(sets ...Rows) (Rows, error) {
	if len(sets) == 0 {
		return nil, errors.New("data: join: no sets of rows")
	}
	if len(sets) == 1 {
		return sets[0], nil
	}
	j := &joined{sets: sets}
	rows := 0
	for i, s := range sets {
		if s.SeqLen() != sets[0].SeqLen() || s.VocabSize() != sets[0].VocabSize() {
			return nil, fmt.Errorf("data: join: rows of %d out of %d tokens, then in set %d of %d out of %d",
				sets[0].SeqLen(), sets[0].VocabSize(), i, s.SeqLen(), s.VocabSize())
		}
		rows += s.Len()
		j.ends = append(j.ends, rows)
		j.ids = max(j.ids, s.NumPuzzleIDs())
	}
	return j, nil
}

type joined struct {
	sets []Rows
	ends []int // row behind the last one of each set
	ids  int
}

func (j *joined) Len() int          { return j.ends[len(j.ends)-1] }
func (j *joined) SeqLen() int       { return j.sets[0].SeqLen() }
func (j *joined) VocabSize() int    { return j.sets[0].VocabSize() }
func (j *joined) NumPuzzleIDs() int { return j.ids }

func (j *joined) Row(i int, rng *rand.Rand, inputs, labels []int32) (int32, error) {
	if err := CheckRow(i, j.Len(), j.SeqLen(), inputs, labels); err != nil {
		return 0, err
	}
	set, i := j.find(i)
	return set.Row(i, rng, inputs, labels)
}

func (j *joined) Rating(i int) int {
	set, i := j.find(i)
	return Rating(set, i)
}

// find returns the set that row i is in, and which of its rows it is.
func (j *joined) find(i int) (Rows, int) {
	k := sort.Search(len(j.ends), func(k int) bool { return j.ends[k] > i })
	return j.sets[k], i - j.ends[k] + j.sets[k].Len()
}
