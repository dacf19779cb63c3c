package trm

import (
	"fmt"

	"github.com/rereadml/reread/nn"
)

// Config describes a model. The JSON form has the names of the published
// configurations; the paper calls H_cycles T and L_cycles n.
type Config struct {
	nn.Arch

	// MLPT mixes positions by an MLP over the token axis instead of
	// attention: the paper's best model on Sudoku.
	MLPT bool `json:"mlp_t"`
	// TwoNetworks gives the z_H update a network of its own, with HLayers
	// layers (an ablation of the paper). Otherwise HLayers is unused.
	TwoNetworks bool `json:"two_networks,omitempty"`
	// SingleLatent drops z_H: L_cycles updates with the input, then one
	// without (an ablation of the paper).
	SingleLatent bool `json:"single_latent,omitempty"`
}

// Validate reports the first setting that no model can have.
func (c *Config) Validate() error {
	if err := c.Arch.Validate(); err != nil {
		return fmt.Errorf("trm: config: %w", err)
	}
	if c.MLPT && len(c.HeadGroups) > 0 {
		return fmt.Errorf("trm: config: head_groups need attention, not mlp_t")
	}
	if c.TwoNetworks && c.SingleLatent {
		return fmt.Errorf("trm: config: a single latent has no second network")
	}
	if c.TwoNetworks && c.HLayers < 1 {
		return fmt.Errorf("trm: config: H_layers is %d, want at least 1", c.HLayers)
	}
	if c.MLPT && len(c.Units) > 0 {
		return fmt.Errorf("trm: config: units mix positions, and so does mlp_t")
	}
	if !c.MLPT && len(c.Units) == 0 {
		if err := c.ValidateAttention(); err != nil {
			return fmt.Errorf("trm: config: %w", err)
		}
	}
	return nil
}

// base holds what all published models share.
func base(cells, vocab, puzzles int) Config {
	return Config{Arch: nn.Arch{
		SeqLen: cells, VocabSize: vocab, NumPuzzleIdentifiers: puzzles,
		PuzzleEmbNDim: 512, PuzzleEmbLen: 16,
		HiddenSize: 512, Expansion: 4, NumHeads: 8, LLayers: 2,
		HCycles: 3, LCycles: 6,
		PosEncodings: nn.PosRoPE,
		HaltMaxSteps: 16, HaltExplorationProb: 0.1,
		LossType: nn.LossStablemax,
	}}
}

// SudokuMLP is the published Sudoku-Extreme model with token mixing: 5,028,866
// parameters.
func SudokuMLP() Config {
	c := base(81, 11, 1)
	c.MLPT, c.PosEncodings = true, nn.PosNone
	return c
}

// SudokuAttention is the published Sudoku-Extreme model with attention:
// 6,828,034 parameters.
func SudokuAttention() Config { return base(81, 11, 1) }

// Maze is the published Maze-Hard model: 30 x 30 cells, six tokens.
func Maze() Config {
	c := base(900, 6, 1)
	c.LCycles = 4
	return c
}

// ARC is the published ARC-AGI model for a data set with the given number of
// puzzle identifiers: 30 x 30 cells, twelve tokens.
func ARC(puzzles int) Config {
	c := base(900, 12, puzzles)
	c.LCycles = 4
	return c
}

// SudokuSmall is a Sudoku model for training on a laptop CPU: 128 channels and
// four heads that see rows, columns, boxes and everything. The groups tell
// where a cell is, so it needs no position encoding and treats all cells and
// units alike, as the rules do.
func SudokuSmall() Config {
	c := base(81, 11, 1)
	c.HiddenSize, c.NumHeads = 128, 4
	c.PuzzleEmbNDim, c.PuzzleEmbLen = 128, 1
	c.HCycles, c.LCycles = 1, 3
	c.PosEncodings = nn.PosNone
	c.HeadGroups = []string{"row", "column", "box", "all"}
	c.LossType = nn.LossSoftmax
	return c
}

// SudokuUnits is a Sudoku model whose state has a vector for each value and
// cell and which mixes them by the units that the rules talk about: some 119,000
// parameters. It is told which values and cells share a row, column, box or
// cell, never what to do with that; digits, rows within a band and so on are
// exchangeable by construction, so it needs no augmentation.
func SudokuUnits() Config {
	return Config{Arch: nn.Arch{
		SeqLen: 81, VocabSize: 11, Values: 9, FirstValue: 2, Units: nn.GridUnits(3, 3),
		HiddenSize: 64, Expansion: 4, IntermediateSize: 160, NumHeads: 1, LLayers: 2,
		HCycles: 1, LCycles: 2,
		PosEncodings: nn.PosNone, LossType: nn.LossSoftmax,
		HaltMaxSteps: 16, HaltExplorationProb: 0.1,
	}}
}

// maxValues bounds the values of a grid, whose positions are its third power.
const maxValues = 25

// maxGrid bounds the sides of a grid of cells.
const maxGrid = 200

// WithBoxes returns the configuration for grids with boxes of the given height
// and width, whose product is the side of the grid and the number of its values:
// 3 and 3 is the usual Sudoku, and 1 and n a Latin square, whose boxes are its
// rows. No tensor depends on them, so weights of one size load into a model of
// another. It is for configurations with a vector for each value and cell and the
// units of a grid, such as [SudokuUnits]; others are an error, and so are grids
// of fewer than 2 values or more than 25.
func (c Config) WithBoxes(height, width int) (Config, error) {
	if h, _ := c.Units.Boxes(); h == 0 || c.Values == 0 {
		return Config{}, fmt.Errorf("trm: only models with values and the units of a grid, such as SudokuUnits, fit boxes of other shapes")
	}
	if height < 1 || width < 1 || height > maxValues || width > maxValues || height*width < 2 || height*width > maxValues {
		return Config{}, fmt.Errorf("trm: boxes of %d x %d cells, want positive sides and 2 to %d cells", height, width, maxValues)
	}
	side := height * width
	c.SeqLen, c.Values, c.VocabSize = side*side, side, c.FirstValue+side
	c.Units = nn.GridUnits(height, width)
	return c, nil
}

// MazeUnits is a maze model for grids of a height and width of at least 3, which
// mixes cells with the four next to each, and with the mean of all: some 116,000
// parameters. A path of n moves takes n mixes or more to follow, so the supervision
// steps times the mixes in each have to be more than that. It is told which cells are
// next to each other and on which side, never what to do with that.
func MazeUnits(height, width int) Config {
	return Config{Arch: nn.Arch{
		SeqLen: height * width, VocabSize: 6, NumPuzzleIdentifiers: 1, PuzzleEmbNDim: 64, PuzzleEmbLen: 1,
		Units:      nn.NeighbourUnits(1, height, width),
		HiddenSize: 64, Expansion: 4, IntermediateSize: 128, NumHeads: 1, LLayers: 2,
		HCycles: 1, LCycles: 4,
		PosEncodings: nn.PosNone, LossType: nn.LossSoftmax,
		HaltMaxSteps: 16, HaltExplorationProb: 0.1,
	}}
}

// WithGrid returns the configuration for grids of another height and width. No tensor
// depends on them, so weights of one size load into a model of another. It is for
// configurations with the units of neighbours, such as [MazeUnits]; others are an
// error, and so are grids with a side below 3.
func (c Config) WithGrid(height, width int) (Config, error) {
	prefix, h, _ := c.Units.Neighbours()
	if h == 0 {
		return Config{}, fmt.Errorf("trm: only models with the units of neighbours in a grid, such as MazeUnits, fit grids of other sizes")
	}
	if height < 3 || width < 3 || height > maxGrid || width > maxGrid {
		return Config{}, fmt.Errorf("trm: a grid of %d x %d cells, want sides of 3 to %d", height, width, maxGrid)
	}
	c.SeqLen, c.Units = height*width, nn.NeighbourUnits(prefix, height, width)
	return c, nil
}
