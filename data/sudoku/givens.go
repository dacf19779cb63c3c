package sudoku

import (
	"fmt"
	"math/rand/v2"

	"github.com/rereadml/reread/data"
)

// FillTo returns the rows with givens added from their labels until each has at
// least the wanted number, 0 to 81; a row that has more stays as it is. Which
// cells those are depends on the seed and the number of the row alone, and the
// ones added for fewer givens are among those for more. The rows have no rating:
// it would be that of the puzzle without them. A number out of range and rows
// that do not have the shape of Sudokus are errors.
func FillTo(rows data.Rows, givens int, seed uint64) (data.Rows, error) {
	if givens < 0 || givens > Cells {
		return nil, fmt.Errorf("sudoku: fill: %d givens, want 0 to %d", givens, Cells)
	}
	if err := checkShape(rows); err != nil {
		return nil, fmt.Errorf("sudoku: fill: %w", err)
	}
	return filled{rows, givens, seed}, nil
}

type filled struct {
	data.Rows
	givens int
	seed   uint64
}

func (r filled) Row(i int, rng *rand.Rand, inputs, labels []int32) (int32, error) {
	id, err := r.Rows.Row(i, rng, inputs, labels)
	if err != nil {
		return id, err
	}
	missing := r.givens
	for _, t := range inputs {
		if t > BlankToken {
			missing--
		}
	}
	for _, c := range rand.New(rand.NewPCG(r.seed, uint64(i))).Perm(Cells) {
		if missing > 0 && inputs[c] == BlankToken && labels[c] != data.IgnoreLabel {
			inputs[c] = labels[c]
			missing--
		}
	}
	return id, nil
}
