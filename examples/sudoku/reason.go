package main

import (
	"context"

	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/nn"
)

// thought is what a model thinks after a supervision step.
type thought struct {
	step   int
	answer sudoku.Grid
	halt   float32 // halting value: above 0 the model would stop
}

// reason takes puzzles through up to steps supervision steps each and calls
// see after each of them, from several goroutines. With early, a puzzle ends
// when the model's halting value says so.
func reason(ctx context.Context, m *nn.Model, puzzles []sudoku.Grid, steps int, early bool, see func(i int, t thought)) error {
	load := func(i int, inputs []int32) (int32, error) {
		puzzles[i].AppendTokens(inputs[:0])
		return 0, nil
	}
	visit := func(i, step int, logits []float32, qHalt, qContinue float32) bool {
		halt := qHalt
		if m.QLearning() {
			halt -= qContinue
		}
		see(i, thought{step, answerOf(logits), halt})
		return early && nn.Halts(m, qHalt, qContinue)
	}
	return nn.Reason(ctx, m, len(puzzles), steps, 0, load, visit)
}

// answerOf returns the likeliest digits.
func answerOf(logits []float32) sudoku.Grid {
	var tokens [sudoku.Cells]int32
	for c := range tokens {
		tokens[c] = int32(nn.ArgMax(logits[c*sudoku.Vocab:][:sudoku.Vocab]))
	}
	g, _ := sudoku.FromTokens(tokens[:]) // ArgMax gives none but tokens
	return g
}
