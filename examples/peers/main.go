// Peers writes models of the published sizes, with random weights, in the ONNX
// format, so that other engines can be measured on the same work, and what they
// ought to compute. See README.md for the rest of the comparison.
package main

import (
	"cmp"
	"flag"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// models are the published ones for Sudoku, and the small TRM and that on units.
var models = map[string]reread.Config{
	"mlp": trm.SudokuMLP(), "attention": trm.SudokuAttention(), "small": trm.SudokuSmall(), "units": trm.SudokuUnits(),
	"hrm": hrm.Sudoku(),
}

const usage = `usage: peers [FLAGS]

Writes a model with random weights in the ONNX format.
`

func main() { os.Exit(command.Status("peers", run(os.Args[1:], os.Stdout), os.Stderr)) }

func run(args []string, stdout io.Writer) error {
	names := strings.Join(slices.Sorted(maps.Keys(models)), ", ")
	fs := flag.NewFlagSet("peers", flag.ContinueOnError)
	model := fs.String("model", "mlp", "`name` of the model: "+names)
	out := fs.String("o", "", "ONNX `file` to write (default the model's name)")
	check := fs.String("check", "", "also write puzzles and what two steps make of them to this `file`")
	if err := command.Parse(fs, args, 0, usage, stdout); err != nil {
		return err
	}
	cfg, ok := models[*model]
	if !ok {
		return command.BadInput("unknown model %q, want one of %s", *model, names)
	}
	return write(cfg, cmp.Or(*out, *model+".onnx"), *check)
}

// write builds a model and exports it, with a check file if check names one.
func write(cfg reread.Config, out, check string) error {
	d, err := cfg.Design()
	if err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(1, 2))
	m, err := nn.New(d, rng)
	if err != nil {
		return err
	}
	fillZeros(m, rng)
	if err := m.SaveONNX(out); err != nil || check == "" {
		return err
	}
	return writeCheck(m, rng, check)
}

// fillZeros gives random numbers to what a fresh model has at zero, the halting
// head and the puzzle embedding, so that a check sees them.
func fillZeros(m *nn.Model, rng *rand.Rand) {
	for _, t := range m.State() {
		if t.Name != "q_head.weight" && t.Name != "puzzle_emb.weights" {
			continue
		}
		for i := range t.Value.Data() {
			t.Value.Data()[i] = float32(0.3 * rng.NormFloat64())
		}
	}
}
