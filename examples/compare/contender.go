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
	// build returns the model for grids of a shape, and its work.
	build func(b anysize.Boxes, channels int) (*nn.Design, flops.Step, error)
}

// contenders are all that there are. The names of pairs refer to them.
var contenders = []contender{
	{"trm-mlp", "TRM, one network, MLP", ofTRM(func(c *trm.Config) { c.MLPT, c.PosEncodings = true, nn.PosNone })},
	{"trm-mlp-two", "TRM, two networks, MLP", ofTRM(func(c *trm.Config) {
		c.MLPT, c.PosEncodings, c.TwoNetworks = true, nn.PosNone, true
	})},
	{"trm-attention", "TRM, one network, attention", ofTRM(func(*trm.Config) {})},
	{"trm-attention-two", "TRM, two networks, attention", ofTRM(func(c *trm.Config) { c.TwoNetworks = true })},
	{"trm-units", "TRM, one network, units", ofUnits},
	{"hrm", "HRM, attention", ofHRM},
	{"one-pass", "transformer, one pass, as many weights as TRM", ofTransformer(2)},
	{"one-pass-deep", "transformer, one pass, 8 layers", ofTransformer(8)},
}

// pairs are the contenders to tell apart.
var pairs = [][2]string{
	{"trm-mlp", "trm-mlp-two"},
	{"trm-attention", "trm-attention-two"},
	{"trm-mlp", "trm-attention"},
	{"trm-mlp", "trm-units"},
	{"trm-attention", "hrm"},
	{"trm-attention", "one-pass"},
	{"trm-attention", "one-pass-deep"},
}

// arch holds what all contenders share but where their builders say otherwise:
// networks of two layers, the small recursion of trm.SudokuSmall and the published
// number of supervision steps. Units need the softmax, so that all have it.
func arch(b anysize.Boxes, channels int) nn.Arch {
	return nn.Arch{
		SeqLen: b.Cells(), VocabSize: b.Vocab(),
		HiddenSize: channels, Expansion: 4, IntermediateSize: 3 * channels, NumHeads: 4,
		HLayers: 2, LLayers: 2, HCycles: 1, LCycles: 3,
		PosEncodings: nn.PosRoPE, LossType: nn.LossSoftmax,
		HaltMaxSteps: 16, HaltExplorationProb: 0.1,
	}
}

func ofTRM(change func(*trm.Config)) func(anysize.Boxes, int) (*nn.Design, flops.Step, error) {
	return func(b anysize.Boxes, channels int) (*nn.Design, flops.Step, error) {
		c := trm.Config{Arch: arch(b, channels)}
		change(&c)
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
	c.HiddenSize = channels
	d, err := c.Design()
	return d, flops.TRM(&c), err
}

// ofHRM has the published cycles.
func ofHRM(b anysize.Boxes, channels int) (*nn.Design, flops.Step, error) {
	c := hrm.Config{Arch: arch(b, channels)}
	c.HCycles, c.LCycles = 2, 2
	d, err := c.Design()
	return d, flops.HRM(&c), err
}

// ofTransformer is a network without recursion: one call and one supervision step.
func ofTransformer(layers int) func(anysize.Boxes, int) (*nn.Design, flops.Step, error) {
	return func(b anysize.Boxes, channels int) (*nn.Design, flops.Step, error) {
		a := arch(b, channels)
		a.LLayers, a.HaltMaxSteps = layers, 1
		a.HLayers, a.LCycles = 0, 1 // not used
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
