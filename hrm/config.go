package hrm

import (
	"fmt"

	"github.com/rereadml/reread/nn"
)

// Config describes a model. The JSON form has the names of the published
// configurations.
type Config struct {
	nn.Arch
}

// Validate reports the first setting that no model can have.
func (c *Config) Validate() error {
	if err := c.Arch.Validate(); err != nil {
		return fmt.Errorf("hrm: config: %w", err)
	}
	if c.HLayers < 1 {
		return fmt.Errorf("hrm: config: H_layers is %d, want at least 1", c.HLayers)
	}
	if err := c.ValidateAttention(); err != nil {
		return fmt.Errorf("hrm: config: %w", err)
	}
	return nil
}

func base(cells, vocab, puzzles int) Config {
	return Config{nn.Arch{
		SeqLen: cells, VocabSize: vocab, NumPuzzleIdentifiers: puzzles,
		PuzzleEmbNDim: 512,
		HiddenSize:    512, Expansion: 4, NumHeads: 8, HLayers: 4, LLayers: 4,
		HCycles: 2, LCycles: 2,
		PosEncodings: nn.PosRoPE,
		HaltMaxSteps: 16, HaltExplorationProb: 0.1,
		LossType: nn.LossStablemax,
	}}
}

// Sudoku is the published Sudoku-Extreme model: 27,275,266 parameters.
func Sudoku() Config { return base(81, 11, 1) }

// Maze is the published Maze-Hard model: 27,270,146 parameters.
func Maze() Config { return base(900, 6, 1) }

// ARC is the published ARC-AGI model for a data set with the given number of
// puzzle identifiers.
func ARC(puzzles int) Config { return base(900, 12, puzzles) }

// SudokuSmall is a Sudoku model for training on a laptop CPU: 128 channels and
// four heads that see rows, columns, boxes and everything.
func SudokuSmall() Config {
	c := base(81, 11, 1)
	c.HiddenSize, c.NumHeads = 128, 4
	c.PuzzleEmbNDim = 128
	c.HLayers, c.LLayers = 2, 2
	c.PosEncodings = nn.PosNone
	c.HeadGroups = []string{"row", "column", "box", "all"}
	c.LossType = nn.LossSoftmax
	return c
}
