package data

import "math/rand/v2"

// Spread returns n of the rows at even distances, or all of them if n is 0 or not
// below their number: sets are often sorted, so that their beginning would not
// stand for the whole.
func Spread(rows Rows, n int) Rows {
	if n <= 0 || n >= rows.Len() {
		return rows
	}
	return spread{rows, n}
}

type spread struct {
	Rows
	n int
}

func (s spread) Len() int { return s.n }

func (s spread) Row(i int, rng *rand.Rand, inputs, labels []int32) (int32, error) {
	if err := CheckRow(i, s.n, s.SeqLen(), inputs, labels); err != nil {
		return 0, err
	}
	return s.Rows.Row(s.index(i), rng, inputs, labels)
}

func (s spread) Rating(i int) int { return Rating(s.Rows, s.index(i)) }

// index returns which of the rows row i is.
func (s spread) index(i int) int {
	// The product can overflow an int of 32 bits.
	return int(uint64(i) * uint64(s.Rows.Len()) / uint64(s.n))
}
