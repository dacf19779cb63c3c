package eval

import (
	"errors"
	"slices"
	"strconv"
)

// defaultRatings suit the guesses that a search needs for a Sudoku.
var defaultRatings = []int{0, 2, 10, 50}

// unrated is the name of the range of puzzles without a rating.
const unrated = "unknown"

// ratingRange returns the range of a rating: as many as bounds, one above
// them, and one for puzzles without a rating.
func ratingRange(bounds []int, rating int) int {
	if rating < 0 {
		return len(bounds) + 1
	}
	i, _ := slices.BinarySearch(bounds, rating)
	return i
}

// ratingNames returns the names of all ranges.
func ratingNames(bounds []int) []string {
	var names []string
	from := 0
	for _, b := range bounds {
		name := strconv.Itoa(b)
		if from < b {
			name = strconv.Itoa(from) + "-" + name
		}
		names = append(names, name)
		from = b + 1
	}
	return append(names, ">"+strconv.Itoa(from-1), unrated)
}

func checkRatings(bounds []int) error {
	if len(bounds) == 0 {
		return errors.New("there are no ranges of ratings")
	}
	for i, b := range bounds {
		if b < 0 || i > 0 && b <= bounds[i-1] {
			return errors.New("the bounds of the ratings are not ascending from 0")
		}
	}
	return nil
}
