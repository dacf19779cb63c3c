package main

import (
	"github.com/rereadml/reread/data/sudoku/anysize"
	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/internal/flops"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// contender is a model that takes part.
type contender struct {
	name, what string
	build      builder
}

// builder returns a model for grids of a shape, and its work.
type builder func(b anysize.Boxes, channels int) (*nn.Design, flops.Step, error)

// contenders are all that there are. The names of pairs refer to them.
var contenders = []contender{
	{"trm-mlp", "TRM, one network, MLP", ofTRM(mlp)},
	{"trm-mlp-two", "TRM, two networks, MLP", ofTRM(mlp, two)},
	{"trm-attention", "TRM, one network, attention", ofTRM()},
	{"hrm", "HRM, attention", ofHRM(whole)},
	{"one-pass", "transformer, one pass, weights as trm-attention", ofTransformer(2, whole)},
	{"trm-groups", "TRM, one network, attention in groups", ofTRM(inGroups)},
	{"trm-groups-two", "TRM, two networks, attention in groups", ofTRM(inGroups, two)},
	{"hrm-groups", "HRM, attention in groups", ofHRM(groups)},
	{"one-pass-groups", "transformer, one pass, attention in groups", ofTransformer(2, groups)},
	{"deep-groups", "the same with 8 layers", ofTransformer(8, groups)},
	{"trm-units", "TRM, one network, units", ofUnits},
}

// pairs are the contenders to tell apart.
var pairs = [][2]string{
	{"trm-mlp", "trm-mlp-two"},
	{"trm-mlp", "trm-attention"},
	{"trm-attention", "hrm"},
	{"trm-attention", "one-pass"},
	{"trm-groups", "trm-groups-two"},
	{"trm-groups", "hrm-groups"},
	{"trm-groups", "one-pass-groups"},
	{"trm-groups", "deep-groups"},
	{"trm-groups", "trm-units"},
}

// arch holds what all contenders share but where their builders say otherwise:
// networks of two layers, the small recursion of trm.SudokuSmall, and four
// supervision steps, since a small budget is better spent on more puzzles. Units
// need the softmax, so that all have it. Attention has learned positions: rotary
// ones tell distances, but without a puzzle embedding in front not where a box
// begins.
func arch(b anysize.Boxes, channels int) nn.Arch {
	return nn.Arch{
		SeqLen: b.Cells(), VocabSize: b.Vocab(),
		HiddenSize: channels, Expansion: 4, IntermediateSize: 3 * channels, NumHeads: 4,
		HLayers: 2, LLayers: 2, HCycles: 1, LCycles: 3,
		PosEncodings: nn.PosLearned, LossType: nn.LossSoftmax,
		HaltMaxSteps: supervisionSteps, HaltExplorationProb: 0.1,
	}
}

const supervisionSteps = 4

// whole leaves attention as it is.
func whole(*nn.Arch) {}

// groups has heads see rows, columns, boxes and everything, as the small presets do,
// and no positions: the groups tell where a cell is.
func groups(a *nn.Arch) {
	a.HeadGroups, a.PosEncodings = []string{"row", "column", "box", "all"}, nn.PosNone
}

func mlp(c *trm.Config)      { c.MLPT, c.PosEncodings = true, nn.PosNone }
func two(c *trm.Config)      { c.TwoNetworks = true }
func inGroups(c *trm.Config) { groups(&c.Arch) }

func ofTRM(changes ...func(*trm.Config)) builder {
	return func(b anysize.Boxes, channels int) (*nn.Design, flops.Step, error) {
		c := trm.Config{Arch: arch(b, channels)}
		for _, change := range changes {
			change(&c)
		}
		d, err := c.Design()
		return d, flops.TRM(&c), err
	}
}

// ofUnits is trm.SudokuUnits at another size.
func ofUnits(b anysize.Boxes, channels int) (*nn.Design, flops.Step, error) {
	c, err := trm.SudokuUnits().WithBoxes(b.Height, b.Width)
	if err != nil {
		return nil, flops.Step{}, err
	}
	c.IntermediateSize = c.IntermediateSize * channels / c.HiddenSize
	c.HiddenSize, c.HaltMaxSteps = channels, supervisionSteps
	d, err := c.Design()
	return d, flops.TRM(&c), err
}

// ofHRM has the published cycles.
func ofHRM(change func(*nn.Arch)) builder {
	return func(b anysize.Boxes, channels int) (*nn.Design, flops.Step, error) {
		c := hrm.Config{Arch: arch(b, channels)}
		c.HCycles, c.LCycles = 2, 2
		change(&c.Arch)
		d, err := c.Design()
		return d, flops.HRM(&c), err
	}
}

// ofTransformer is a network without recursion: one call and one supervision step.
func ofTransformer(layers int, change func(*nn.Arch)) builder {
	return func(b anysize.Boxes, channels int) (*nn.Design, flops.Step, error) {
		a := arch(b, channels)
		a.LLayers, a.HaltMaxSteps = layers, 1
		a.HLayers, a.LCycles = 0, 1 // not used
		change(&a)
		d := &nn.Design{Kind: "transformer", Config: a, Arch: a, States: []string{"z_H"}}
		net := d.AddLevel("L_level", layers, false)
		d.Recursion = func(r *nn.Run) nn.State {
			z := r.State("z_H")
			r.Call(net, z, r.Input())
			return z
		}
		call := flops.Call(&a, layers, false)
		return d, flops.Step{Forward: call, Training: 3 * call}, nil
	}
}
