package sudoku

import "errors"

// Puzzle is a Sudoku with its solution.
type Puzzle struct {
	// Source says where the puzzle comes from.
	Source string
	// Question holds the givens, Solution the full grid.
	Question, Solution Grid
	// Rating is a difficulty: how many guesses a solver needs, 0 for none, or
	// [data.Unrated]. In the published files the solver is tdoku; see [Generator]
	// for ours.
	Rating int
}

// check reports why the solution is none of the question.
func (p *Puzzle) check() error {
	if !p.Solution.solved() {
		return errors.New("answer is not a solved grid")
	}
	if !p.Solution.extends(&p.Question) {
		return errors.New("answer does not keep the givens of the question")
	}
	return nil
}
