package data

// Unrated is the rating of a row whose difficulty is not known.
const Unrated = -1

// Rated is implemented by those [Rows] that know how hard their rows are.
type Rated interface {
	// Rating returns the difficulty of row i, [Unrated] if it is not known. The
	// index must be one of the rows.
	Rating(i int) int
}

// Rating returns the difficulty of row i of any rows: [Unrated] if they are not
// [Rated]. The results of [Join] and [Spread] know what the rows that they were
// made of know.
func Rating(rows Rows, i int) int {
	if r, ok := rows.(Rated); ok {
		return r.Rating(i)
	}
	return Unrated
}
