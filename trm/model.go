package trm

import (
	"math/rand/v2"

	"github.com/rereadml/reread/nn"
)

// Kind names this family of models in files.
const Kind = "trm"

// New returns a model with fresh weights drawn from rng.
func New(cfg Config, rng *rand.Rand) (*nn.Model, error) {
	d, err := cfg.Design()
	if err != nil {
		return nil, err
	}
	return nn.New(d, rng)
}

// Design returns the model as package nn builds it.
func (c Config) Design() (*nn.Design, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	d := &nn.Design{Kind: Kind, Config: c, Arch: c.Arch, States: []string{"z_H", "z_L"}}
	if c.SingleLatent {
		d.States = []string{"z_L"}
	}
	l := d.AddLevel("L_level", c.LLayers, c.MLPT)
	h := l
	if c.TwoNetworks {
		h = d.AddLevel("H_level", c.HLayers, c.MLPT)
	}
	d.Recursion = func(r *nn.Run) nn.State { return c.recursion(r, l, h) }
	return d, nil
}

// recursion is one supervision step: H cycles, each of which improves the
// latent z_L L times by the network l and then the answer z_H once by h, which
// is the same network unless there are two. Gradients flow through the last
// cycle in full.
func (c *Config) recursion(r *nn.Run, l, h nn.Level) nn.State {
	var zH nn.State // nothing with a single latent
	if !c.SingleLatent {
		zH = r.State("z_H")
	}
	x, zL := r.Input(), r.State("z_L")
	for cycle := range c.HCycles {
		if cycle == c.HCycles-1 {
			r.Record()
		}
		in := r.Sum(zH, x)
		for range c.LCycles {
			r.Call(l, zL, in)
		}
		if c.SingleLatent {
			r.Call(l, zL, nn.State{})
		} else {
			r.Call(h, zH, zL)
		}
	}
	if c.SingleLatent {
		return zL
	}
	return zH
}
