// Package puzzlecsv reads and writes the CSV files in which HRM (arXiv 2506.21734)
// publishes its puzzles: the header source,question,answer,rating, then one puzzle a
// line. What question and answer hold is up to the kind of puzzle.
package puzzlecsv

// Header is the first line of a file that has all columns.
const Header = "source,question,answer,rating"

// Row is one puzzle.
type Row struct {
	// Source says where the puzzle comes from; "" if the file does not.
	Source string
	// Question and Answer are as the file has them.
	Question, Answer []byte
	// Rating is a difficulty from 0 on, or [data.Unrated].
	Rating int
}
