package main

import (
	"cmp"
	"flag"
	"io"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/rereadml/reread/data/sudoku/anysize"
	"github.com/rereadml/reread/internal/command"
)

// flags are what to compare, and on what.
type flags struct {
	boxes      anysize.Boxes
	channels   int // of the models that learn
	data, eval string
	puzzles    int
	heldOut    int
	givens     int
	gflop      float64
	contenders []contender
	positions  []int
	width      int // channels of the models that are timed
	seed       uint64
	workers    int
	out        string
}

// sizes are the sides of the grids that there are, with what suits them.
var sizes = map[int]struct {
	boxes    anysize.Boxes
	channels int
	givens   int
	gflop    float64
}{
	4: {anysize.Boxes{Height: 2, Width: 2}, 32, 0, 200},
	9: {anysize.Boxes{Height: 3, Width: 3}, 64, 45, 5000},
}

func parse(args []string, stdout io.Writer) (*flags, error) {
	f := new(flags)
	fs := flag.NewFlagSet("compare", flag.ContinueOnError)
	size := fs.Int("size", 4, "`side` of the grids, 4 or 9")
	fs.StringVar(&f.data, "data", "", "learn from the puzzles in this `file` or folder of 9 x 9 cells instead of generated ones; needs -eval")
	fs.StringVar(&f.eval, "eval", "", "`file` or folder of the held-out puzzles, with -data")
	fs.IntVar(&f.puzzles, "puzzles", 1000, "puzzles to learn from")
	fs.IntVar(&f.heldOut, "held-out", 500, "puzzles to solve in the end")
	fs.IntVar(&f.givens, "givens", 0, "givens of generated puzzles; 0: as few as can be (default 0, with -size 9 45)")
	fs.Float64Var(&f.gflop, "gflop", 0, "`number` of floating-point operations of each model's training, in thousands of millions (default 200, with -size 9 5000)")
	names := fs.String("contenders", contenderNames(contenders), "models to train; empty: none")
	positions := fs.String("positions", "16,81,256,900", "numbers of positions at which to time mixing; empty: none")
	fs.IntVar(&f.width, "width", 512, "channels of the models that are timed")
	fs.Uint64Var(&f.seed, "seed", 1, "seed of puzzles, weights and training")
	fs.IntVar(&f.workers, "workers", runtime.GOMAXPROCS(0), "goroutines; no result depends on them, but times do")
	fs.StringVar(&f.out, "o", "", "write the training curves to this CSV `file`")
	if err := command.Parse(fs, args, 0, usage, stdout); err != nil {
		return nil, err
	}
	if err := f.suit(*size, command.Given(fs, "givens")); err != nil {
		return nil, err
	}
	var err1, err2 error
	f.contenders, err1 = parseContenders(*names)
	f.positions, err2 = parsePositions(*positions)
	return f, cmp.Or(err1, err2, f.check())
}

// suit sets what the size decides.
func (f *flags) suit(side int, givens bool) error {
	s, ok := sizes[side]
	if !ok {
		return command.BadInput("-size %d, want 4 or 9", side)
	}
	f.boxes, f.channels = s.boxes, s.channels
	if !givens {
		f.givens = s.givens
	}
	if f.gflop == 0 {
		f.gflop = s.gflop
	}
	return nil
}

func (f *flags) check() error {
	switch cells := f.boxes.Cells(); {
	case (f.data == "") != (f.eval == ""):
		return command.BadInput("-data and -eval go together")
	case f.data != "" && f.boxes.Side() != 9:
		return command.BadInput("-data is for -size 9")
	case f.puzzles < 1 || f.heldOut < 1:
		return command.BadInput("-puzzles %d and -held-out %d, want at least 1", f.puzzles, f.heldOut)
	case f.givens < 0 || f.givens >= cells:
		return command.BadInput("-givens %d, want 0 to %d", f.givens, cells-1)
	case !(f.gflop > 0 && f.gflop <= maxGFLOP):
		return command.BadInput("-gflop %v, want more than 0 and at most %v", f.gflop, maxGFLOP)
	case f.width < 8 || f.width%8 > 0 || f.width > maxWidth:
		return command.BadInput("-width %d, want a multiple of 8 up to %d", f.width, maxWidth)
	case f.workers < 1:
		return command.BadInput("-workers %d, want at least 1", f.workers)
	case f.out != "" && filepath.Ext(f.out) != ".csv":
		return command.BadInput("-o %s: the name must end in .csv", f.out)
	}
	return command.CheckOutput(f.out)
}

// The largest values of flags, beyond any use of this program.
const (
	maxGFLOP     = 1e12
	maxWidth     = 4096
	maxPositions = 4096
)

// words are the words of a list with commas.
func words(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

func parseContenders(list string) ([]contender, error) {
	var out []contender
next:
	for _, name := range words(list) {
		for _, c := range contenders {
			if c.name == name {
				out = append(out, c)
				continue next
			}
		}
		return nil, command.BadInput("-contenders: %q, want some of %s", name, contenderNames(contenders))
	}
	return out, nil
}

func contenderNames(all []contender) string {
	var names []string
	for _, c := range all {
		names = append(names, c.name)
	}
	return strings.Join(names, ",")
}

func parsePositions(list string) ([]int, error) {
	var out []int
	for _, word := range words(list) {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n > maxPositions {
			return nil, command.BadInput("-positions: %q, want numbers from 1 to %d", word, maxPositions)
		}
		out = append(out, n)
	}
	return out, nil
}
