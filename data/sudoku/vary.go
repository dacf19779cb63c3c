package sudoku

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/rereadml/reread/data"
)

// Variety says which share of the rows to train on is drawn as another kind of row.
// The zero value leaves all as they are.
type Variety struct {
	// ExtraGivens is the probability that a row gets more givens from its solution:
	// any number with equal probability, from one up to a complete grid.
	ExtraGivens float64 `json:"extra_givens,omitempty"`
	// WrongValues is the probability that a row gets a value at a blank cell which
	// is not that of the solution, though no given shares a unit with its like. A
	// puzzle of one solution then has none, and all labels are
	// [data.IgnoreLabel]: there is no right answer.
	WrongValues float64 `json:"wrong_values,omitempty"`
}

// Validate reports what are not the probabilities of two kinds out of three.
func (v Variety) Validate() error {
	if !(v.ExtraGivens >= 0 && v.WrongValues >= 0 && v.ExtraGivens+v.WrongValues <= 1) {
		return fmt.Errorf("sudoku: probabilities %v of extra givens and %v of wrong values, want none below 0 and at most 1 together",
			v.ExtraGivens, v.WrongValues)
	}
	return nil
}

// Vary returns the rows with some that are drawn with an rng changed as v says. Blank
// cells without a label stay as they are, and a row that has no cell to change stays
// whole. Rows that do not have the shape of Sudokus are an error, and so is drawing
// one whose givens break the rules. Drawing does not allocate more than the rows do.
func Vary(rows data.Rows, v Variety) (data.Rows, error) {
	if err := v.Validate(); err != nil {
		return nil, err
	}
	if err := checkShape(rows); err != nil {
		return nil, fmt.Errorf("sudoku: vary: %w", err)
	}
	if v == (Variety{}) {
		return rows, nil // and draw nothing, so that other wrappers draw what they did
	}
	return varied{rows, v}, nil
}

type varied struct {
	data.Rows
	v Variety
}

func (r varied) Row(i int, rng *rand.Rand, inputs, labels []int32) (int32, error) {
	id, err := r.Rows.Row(i, rng, inputs, labels)
	if err != nil || rng == nil {
		return id, err
	}
	switch u := rng.Float64(); {
	case u < r.v.ExtraGivens:
		addGivens(rng, inputs, labels)
	case u < r.v.ExtraGivens+r.v.WrongValues:
		if err := addWrongValue(rng, inputs, labels); err != nil {
			return id, fmt.Errorf("sudoku: row %d: %w", i, err)
		}
	}
	return id, nil
}

// unanswered reports whether a cell is a blank whose digit is known.
func unanswered(input, label int32) bool { return input == BlankToken && label > BlankToken }

// addGivens copies the labels of some such cells into the inputs, any set of the same
// number with equal probability.
func addGivens(rng *rand.Rand, inputs, labels []int32) {
	left := 0
	for c, t := range inputs {
		if unanswered(t, labels[c]) {
			left++
		}
	}
	if left == 0 {
		return
	}
	wanted := 1 + rng.IntN(left)
	for c, t := range inputs {
		if !unanswered(t, labels[c]) {
			continue
		}
		if rng.IntN(left) < wanted {
			inputs[c] = labels[c]
			wanted--
		}
		left--
	}
}

// addWrongValue draws one of all the values that an unanswered cell could have by the
// givens but has not, if there are any, and takes all labels away.
func addWrongValue(rng *rand.Rand, inputs, labels []int32) error {
	g, err := FromTokens(inputs)
	if err != nil {
		return err
	}
	rows, cols, boxes, ok := g.units()
	if !ok {
		return errors.New("the givens break the rules")
	}
	cell, value, seen := 0, int32(0), 0
	for c, t := range inputs {
		if !unanswered(t, labels[c]) {
			continue
		}
		taken := rows[cellRow[c]] | cols[cellCol[c]] | boxes[cellBox[c]]
		for d := int32(1); d <= 9; d++ {
			if taken>>d&1 != 0 || BlankToken+d == labels[c] {
				continue
			}
			if seen++; rng.IntN(seen) == 0 {
				cell, value = c, BlankToken+d
			}
		}
	}
	if seen == 0 {
		return nil
	}
	inputs[cell] = value
	for c := range labels {
		labels[c] = data.IgnoreLabel
	}
	return nil
}
