package main

import (
	"math/rand/v2"
	"slices"

	"github.com/rereadml/reread/data/arc"
)

// A family is a kind of rule. make draws one rule of it, such as a direction and a
// colour, and returns what draws pairs that keep the rule.
type family struct {
	name string
	make func(rng *rand.Rand) rule
}

// A rule draws a pair of grids of the given sides.
type rule func(rng *rand.Rand, rows, cols int) arc.Pair

// families are the kinds of the tasks that this program makes. Each is closed under
// the transforms by which tasks are augmented: the image of a task is of its family.
var families = []family{
	{"mirror", makeMirror},
	{"recolour", makeRecolour},
	{"gravity", makeGravity},
	{"frame", makeFrame},
	{"symmetry", makeSymmetry},
	{"fill", makeFill},
	{"lines", makeLines},
	{"half", makeHalf},
}

// colour draws one of the colours but the background.
func colour(rng *rand.Rand) uint8 { return uint8(1 + rng.IntN(arc.Colours-1)) }

// colours draws n different colours but the background.
func colours(rng *rand.Rand, n int) []uint8 {
	all := rng.Perm(arc.Colours - 1)
	drawn := make([]uint8, n)
	for i := range drawn {
		drawn[i] = uint8(1 + all[i])
	}
	return drawn
}

func empty(rows, cols int) arc.Grid {
	return arc.Grid{Rows: rows, Cols: cols, Cells: make([]uint8, rows*cols)}
}

func clone(g arc.Grid) arc.Grid {
	g.Cells = slices.Clone(g.Cells)
	return g
}

// at returns a cell of a grid for reading and writing.
func at(g arc.Grid, row, col int) *uint8 { return &g.Cells[row*g.Cols+col] }

// scatter draws a grid in which each cell has one of some colours with a probability;
// one cell at least has.
func scatter(rng *rand.Rand, rows, cols int, share float64, palette []uint8) arc.Grid {
	g := empty(rows, cols)
	for i := range g.Cells {
		if rng.Float64() < share {
			g.Cells[i] = palette[rng.IntN(len(palette))]
		}
	}
	g.Cells[rng.IntN(len(g.Cells))] = palette[rng.IntN(len(palette))]
	return g
}

// some draws a few colours for the cells of one grid.
func some(rng *rand.Rand) []uint8 { return colours(rng, 2+rng.IntN(2)) }

// image returns a grid under a symmetry alone, numbered as in [arc.Transform].
func image(g arc.Grid, symmetry uint8) arc.Grid {
	t := arc.Identity()
	t.Dihedral = symmetry
	return t.Apply(g)
}

// makeMirror: the output is the input exchanged left and right or top and bottom, or
// turned by half.
func makeMirror(rng *rand.Rand) rule {
	symmetry := []uint8{2, 4, 5}[rng.IntN(3)]
	return func(rng *rand.Rand, rows, cols int) arc.Pair {
		in := scatter(rng, rows, cols, 0.4, some(rng))
		return arc.Pair{Input: in, Output: image(in, symmetry)}
	}
}

// makeRecolour: cells of some colours take others, each its own.
func makeRecolour(rng *rand.Rand) rule {
	drawn := colours(rng, 6)
	from, to := drawn[:3], drawn[3:]
	return func(rng *rand.Rand, rows, cols int) arc.Pair {
		in := scatter(rng, rows, cols, 0.5, from)
		out := clone(in)
		for i, c := range out.Cells {
			if k := slices.Index(from, c); k >= 0 {
				out.Cells[i] = to[k]
			}
		}
		return arc.Pair{Input: in, Output: out}
	}
}

// turned makes a rule that goes down one that goes to any of the four sides, drawn.
func turned(rng *rand.Rand, down rule) rule {
	turn := uint8(rng.IntN(4))
	return func(rng *rand.Rand, rows, cols int) arc.Pair {
		if turn%2 == 1 {
			rows, cols = cols, rows
		}
		p := down(rng, rows, cols)
		return arc.Pair{Input: image(p.Input, turn), Output: image(p.Output, turn)}
	}
}

// makeGravity: the cells fall to one side, in their order.
func makeGravity(rng *rand.Rand) rule {
	return turned(rng, func(rng *rand.Rand, rows, cols int) arc.Pair {
		in, out := scatter(rng, rows, cols, 0.3, some(rng)), empty(rows, cols)
		for col := range cols {
			floor := rows - 1
			for row := rows - 1; row >= 0; row-- {
				if c := *at(in, row, col); c != 0 {
					*at(out, floor, col) = c
					floor--
				}
			}
		}
		return arc.Pair{Input: in, Output: out}
	})
}

// makeFrame: the cells at the edges take a colour.
func makeFrame(rng *rand.Rand) rule {
	frame := colour(rng)
	return func(rng *rand.Rand, rows, cols int) arc.Pair {
		in := scatter(rng, rows, cols, 0.3, some(rng))
		out := clone(in)
		for row := range rows {
			for col := range cols {
				if row == 0 || col == 0 || row == rows-1 || col == cols-1 {
					*at(out, row, col) = frame
				}
			}
		}
		return arc.Pair{Input: in, Output: out}
	}
}

// makeSymmetry: the half of the input at one side is empty, and has the mirror image of
// the other half in the output.
func makeSymmetry(rng *rand.Rand) rule {
	return turned(rng, func(rng *rand.Rand, rows, cols int) arc.Pair {
		in := scatter(rng, rows, cols, 0.4, some(rng))
		clear(in.Cells[(rows+1)/2*cols:])
		*at(in, 0, rng.IntN(cols)) = colour(rng) // so that input and output differ
		out := clone(in)
		for row := range rows / 2 {
			copy(out.Cells[(rows-1-row)*cols:][:cols], in.Cells[row*cols:])
		}
		return arc.Pair{Input: in, Output: out}
	})
}

// makeFill: the inside of a closed rectangle takes a colour; the rest stays.
func makeFill(rng *rand.Rand) rule {
	two := colours(rng, 2)
	fill, wall := two[0], two[1]
	return func(rng *rand.Rand, rows, cols int) arc.Pair {
		in := empty(rows, cols)
		height, width := 3+rng.IntN(rows-2), 3+rng.IntN(cols-2)
		top, left := rng.IntN(rows-height+1), rng.IntN(cols-width+1)
		out := clone(in)
		for row := top; row < top+height; row++ {
			for col := left; col < left+width; col++ {
				if row == top || row == top+height-1 || col == left || col == left+width-1 {
					*at(in, row, col), *at(out, row, col) = wall, wall
				} else {
					*at(out, row, col) = fill
				}
			}
		}
		return arc.Pair{Input: in, Output: out}
	}
}

// makeLines: each cell with a colour becomes a line to one side, over what is empty.
func makeLines(rng *rand.Rand) rule {
	return turned(rng, func(rng *rand.Rand, rows, cols int) arc.Pair {
		in := scatter(rng, rows, cols, 0.1, some(rng))
		*at(in, 0, rng.IntN(cols)) = colour(rng) // with room for a line
		out := clone(in)
		for row := 1; row < rows; row++ {
			for col := range cols {
				if c := at(out, row, col); *c == 0 {
					*c = *at(out, row-1, col)
				}
			}
		}
		return arc.Pair{Input: in, Output: out}
	})
}

// makeHalf: the output is the half of the input at one side, without the middle.
func makeHalf(rng *rand.Rand) rule {
	return turned(rng, func(rng *rand.Rand, rows, cols int) arc.Pair {
		in := scatter(rng, rows, cols, 0.5, some(rng))
		half := rows / 2
		return arc.Pair{Input: in, Output: arc.Grid{Rows: half, Cols: cols, Cells: slices.Clone(in.Cells[(rows-half)*cols:])}}
	})
}
