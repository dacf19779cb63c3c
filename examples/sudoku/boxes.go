package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"math/rand/v2"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/data/sudoku/anysize"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor"
	"github.com/rereadml/reread/trm"
)

// nine is the shape of the boxes that models are trained on.
var nine = anysize.Boxes{Height: 3, Width: 3}

// anySize returns a grid of 9x9 cells as one of any size.
func anySize(g sudoku.Grid) anysize.Grid { return anysize.Grid{Boxes: nine, Values: g[:]} }

// boxesFlag is a flag for the shape of boxes, zero without.
type boxesFlag struct{ anysize.Boxes }

func (f *boxesFlag) String() string {
	if f.Boxes == (anysize.Boxes{}) {
		return ""
	}
	return f.Boxes.String()
}

func (f *boxesFlag) Set(text string) (err error) {
	f.Boxes, err = anysize.ParseBoxes(text)
	return err
}

// addBoxes adds the flag for puzzles of other sizes, with its usage.
func (f *modelFlags) addBoxes(fs *flag.FlagSet, usage string) { fs.Var(&f.boxes, "boxes", usage) }

// size returns the shape of the boxes of the puzzles.
func (f *modelFlags) size() anysize.Boxes { return cmp.Or(f.boxes.Boxes, nine) }

// resize returns the model of a file for boxes of another shape.
func resize(f tensor.Source, m *nn.Model, b anysize.Boxes) (*nn.Model, error) {
	cfg, ok := m.Config().(trm.Config)
	if !ok {
		return nil, errors.New("only models with the preset units of trm fit boxes of other shapes")
	}
	cfg, err := cfg.WithBoxes(b.Height, b.Width)
	if err != nil {
		return nil, err
	}
	return reread.Read(f, cfg)
}

// newRows makes n puzzles with boxes of a shape and so many givens, always the same
// ones, for each number of givens; without any, none of their givens can be spared.
func (p *program) newRows(ctx context.Context, b anysize.Boxes, n int, givens []int) (data.Rows, error) {
	if len(givens) == 0 {
		givens = []int{0}
	}
	var sets []data.Rows
	for _, wanted := range givens {
		puzzles, err := makeAll(ctx, p, n, 0, single(func(ctx context.Context, rng *rand.Rand) (anysize.Puzzle, error) {
			g, err := anysize.NewGenerator(b)
			if err != nil {
				return anysize.Puzzle{}, err
			}
			return g.Generate(ctx, rng, wanted)
		}))
		if err != nil {
			return nil, err
		}
		rows, err := anysize.NewRows(b, puzzles)
		if err != nil {
			return nil, err
		}
		sets = append(sets, rows)
	}
	return data.Join(sets...)
}
