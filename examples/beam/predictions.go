package main

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"sync"

	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/internal/atomicfile"
)

// predictions collects what a model answers to the rows of a shard.
type predictions struct {
	mu   sync.Mutex
	list []prediction
}

type prediction struct {
	row              int
	question, answer sudoku.Grid
	err              error
}

// add is for [eval.Options.Answered].
func (p *predictions) add(row int, inputs, answer []int32) {
	a := prediction{row: row}
	if a.question, a.err = sudoku.FromTokens(inputs); a.err == nil {
		a.answer, a.err = sudoku.FromTokens(answer)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.list = append(p.list, a)
}

// save writes a CSV file in the order of the rows.
func (p *predictions) save(path string) error {
	slices.SortFunc(p.list, func(a, b prediction) int { return cmp.Compare(a.row, b.row) })
	out := bytes.NewBufferString("row,question,prediction\n")
	for _, a := range p.list {
		if a.err != nil {
			return fmt.Errorf("row %d: %w", a.row, a.err)
		}
		fmt.Fprintf(out, "%d,%v,%v\n", a.row, a.question, a.answer)
	}
	return atomicfile.WriteBytes(path, out.Bytes())
}
