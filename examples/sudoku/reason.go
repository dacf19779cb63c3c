package main

import (
	"context"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/nn"
)

// thought is what a model thinks after a supervision step.
type thought struct {
	step   int
	answer data.Grid
	halt   float32 // halting value: above 0 the model would stop
}

// reason takes puzzles through up to steps supervision steps each and calls
// see after each of them, from several goroutines. With early, a puzzle ends
// when the model's halting value says so.
func reason(ctx context.Context, m nn.Model, puzzles []data.Grid, steps int, early bool, see func(i int, t thought)) error {
	load := func(i int, inputs []int32) (int32, error) {
		puzzles[i].Tokens(inputs)
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

// answerOf returns the likeliest digits. Padding, which only an untrained
// model answers, counts as blank.
func answerOf(logits []float32) data.Grid {
	const blank = 1 // token of a blank cell; digits follow
	var g data.Grid
	for c := range g {
		token := nn.ArgMax(logits[c*data.SudokuVocab:][:data.SudokuVocab])
		g[c] = uint8(max(token, blank) - blank)
	}
	return g
}
