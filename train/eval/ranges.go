package eval

import (
	"errors"
	"slices"
	"strconv"
)

// Ranges are given by the highest number in each of them, ascending.
var (
	defaultRatings = []int{0, 2, 10, 50}                      // suit the guesses that a search needs for a Sudoku
	givenBounds    = []int{0, 20, 25, 30, 40, 50, 60, 70, 80} // suit the givens of a Sudoku
)

// unrated is the name of the range of puzzles without a rating.
const unrated = "unknown"

// rangeOf returns the range of a number: one of as many as bounds, and one above
// them.
func rangeOf(bounds []int, n int) int {
	i, _ := slices.BinarySearch(bounds, n)
	return i
}

// rangeNames returns the names of all ranges.
func rangeNames(bounds []int) []string {
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
	return append(names, ">"+strconv.Itoa(from-1))
}

// ratingRange returns the range of a rating, of which there is one more for
// puzzles without a rating.
func ratingRange(bounds []int, rating int) int {
	if rating < 0 {
		return len(bounds) + 1
	}
	return rangeOf(bounds, rating)
}

// ratingNames returns the names of all ranges of ratings.
func ratingNames(bounds []int) []string { return append(rangeNames(bounds), unrated) }

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
