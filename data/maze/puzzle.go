package maze

import "errors"

// Puzzle is a maze with a solution.
type Puzzle struct {
	// Source says where the puzzle comes from.
	Source string
	// Question is the maze, Solution the same with a shortest path marked.
	Question, Solution Grid
	// Rating is a difficulty from 0 on, or data.Unrated; see [Generator] for ours.
	Rating int
}

// check reports why the solution is none of the question.
func (p *Puzzle) check() error {
	if _, _, err := p.Question.ends(); err != nil {
		return err
	}
	if !p.Solution.Solves(p.Question) {
		return errors.New("answer is not the question with a shortest path marked")
	}
	return nil
}
