package nn

import (
	"context"
	"fmt"
)

// Answer is what a model makes of one puzzle.
type Answer struct {
	Tokens []int32 // [S], the most likely token of each cell
	Steps  int     // supervision steps spent
	Halted bool    // the halting values called the answer right
	QHalt  float32 // logit of the answer being right
}

// Infer answers puzzles, each given as its tokens [S], on as many goroutines as
// there are puzzles and processors that Go may use. A puzzle stops at the first supervision step whose halting
// values call its answer right, or after steps of them; 0 means the model's
// halt_max_steps. ids holds the puzzle identifiers; nil means 0 for all.
func Infer(ctx context.Context, m Model, puzzles [][]int32, ids []int32, steps int) ([]Answer, error) {
	if ids != nil && len(ids) != len(puzzles) {
		return nil, fmt.Errorf("nn: %d puzzle identifiers for %d puzzles", len(ids), len(puzzles))
	}
	a := m.Spec()
	if steps == 0 {
		steps = a.HaltMaxSteps
	}
	answers := make([]Answer, len(puzzles))
	load := func(i int, inputs []int32) (id int32, err error) {
		if len(puzzles[i]) != a.SeqLen {
			return 0, fmt.Errorf("nn: %d cells, want %d", len(puzzles[i]), a.SeqLen)
		}
		copy(inputs, puzzles[i])
		if ids != nil {
			id = ids[i]
		}
		return id, nil
	}
	visit := func(i, step int, logits []float32, qHalt, qContinue float32) bool {
		halted := Halts(m, qHalt, qContinue)
		if halted || step == steps {
			answers[i] = Answer{Tokens: Decode(logits, a.VocabSize), Steps: step, Halted: halted, QHalt: qHalt}
		}
		return halted
	}
	if err := Reason(ctx, m, len(puzzles), steps, 0, load, visit); err != nil {
		return nil, err
	}
	return answers, nil
}

// Decode returns the most likely token of each cell of logits [S, V].
func Decode(logits []float32, vocab int) []int32 {
	tokens := make([]int32, len(logits)/vocab)
	for c := range tokens {
		tokens[c] = int32(ArgMax(logits[c*vocab : (c+1)*vocab]))
	}
	return tokens
}
