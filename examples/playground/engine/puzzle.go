package engine

import (
	"strings"

	"github.com/rereadml/reread/data/sudoku"
)

// parsePuzzle reads a grid whose givens keep the rules.
func parsePuzzle(text string) (sudoku.Grid, error) {
	grid, err := sudoku.Parse(text)
	if err != nil {
		return grid, badRequest("%s", strings.TrimPrefix(err.Error(), "sudoku: "))
	}
	if clash := grid.Clash(); clash != "" {
		return grid, badRequest("the givens break the rules: %s", clash)
	}
	return grid, nil
}

// puzzleEvent says what a search finds out about a puzzle, before the model
// begins.
type puzzleEvent struct {
	Steps     int `json:"steps"` // that the model may take
	Givens    int `json:"givens"`
	Solutions int `json:"solutions"` // 2 stands for more, too
	Rating    int `json:"rating"`    // guesses of the search, where there is one solution
}

func describe(grid sudoku.Grid, steps int) puzzleEvent {
	var s sudoku.Solver
	p := puzzleEvent{Steps: steps, Givens: grid.Givens(), Solutions: s.Count(grid, 2)}
	if p.Solutions == 1 {
		p.Rating = s.Rate(grid)
	}
	return p
}
