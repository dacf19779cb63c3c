package hrm

import (
	"math/rand/v2"

	"github.com/rereadml/reread/nn"
)

// Kind names this family of models in files.
const Kind = "hrm"

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
	d := &nn.Design{Kind: Kind, Config: c, Arch: c.Arch, States: []string{"z_H", "z_L"}, QLearning: true}
	high := d.AddLevel("H_level", c.HLayers, false)
	low := d.AddLevel("L_level", c.LLayers, false)
	d.Recursion = func(r *nn.Run) nn.State { return c.recursion(r, low, high) }
	return d, nil
}

// recursion is one supervision step: H cycles, each of L fast updates of z_L
// and one slow update of z_H. Gradients flow through the very last update of
// each.
func (c *Config) recursion(r *nn.Run, low, high nn.Level) nn.State {
	x, zH, zL := r.Input(), r.State("z_H"), r.State("z_L")
	for h := range c.HCycles {
		in := r.Sum(zH, x)
		for l := range c.LCycles {
			if h == c.HCycles-1 && l == c.LCycles-1 {
				r.Record()
			}
			r.Call(low, zL, in)
		}
		r.Call(high, zH, zL)
	}
	return zH
}
