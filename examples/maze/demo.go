package main

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/rereadml/reread/data/maze"
)

// demoMazes are of the generator.
//
//go:embed mazes.txt
var demoMazes string

// demo solves the mazes that come with the program and shows how.
func (p *program) demo(ctx context.Context) error {
	mazes, err := readMazes(strings.NewReader(demoMazes), "mazes.txt")
	if err != nil {
		return err
	}
	w, err := openWeights("")
	if err != nil {
		return err
	}
	defer w.Close()
	solved, err := p.solveAll(ctx, w, mazes, 0, func(t *thought) error { return t.show(p.stdout, true) })
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "solved %d of %d mazes\n", solved, len(mazes))
	return err
}

// solveAll solves mazes one after the other, hands what came of each on, and returns
// how many are solved. No steps stand for as many as the model has by itself.
func (p *program) solveAll(ctx context.Context, w *weights, mazes []maze.Grid, steps int, show func(*thought) error) (solved int, err error) {
	for i, g := range mazes {
		m, err := w.model(g.Shape)
		if err != nil {
			return solved, err
		}
		t, err := think(ctx, m, i+1, g, steps)
		if err != nil {
			return solved, err
		}
		if err := show(t); err != nil {
			return solved, err
		}
		if t.solved {
			solved++
		}
	}
	return solved, nil
}
