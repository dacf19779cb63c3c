package main

import (
	"fmt"
	"math/rand/v2"

	"github.com/rereadml/reread/nn"
)

// Config describes a hierarchical reasoning model with three levels: networks
// f_1, f_2 and f_3 update states z_1, z_2 and z_3, each slower than the one
// below.
type Config struct {
	nn.Arch     // H_cycles is the number of z_3 updates, L_cycles that of z_1 updates for each of z_2
	MCycles int `json:"M_cycles"` // z_2 updates for each of z_3
	MLayers int `json:"M_layers"`
}

// New returns a model with fresh weights drawn from rng.
func New(c Config, rng *rand.Rand) (*nn.Model, error) {
	d, err := c.Design()
	if err != nil {
		return nil, err
	}
	return nn.New(d, rng)
}

// Design returns the model as package nn builds it.
func (c Config) Design() (*nn.Design, error) {
	if c.MCycles < 1 {
		return nil, fmt.Errorf("threelevels: config: M_cycles is %d, want at least 1", c.MCycles)
	}
	d := &nn.Design{Kind: "threelevels", Config: c, Arch: c.Arch, States: []string{"z_1", "z_2", "z_3"}, QLearning: true}
	f1 := d.AddLevel("f_1", c.LLayers, false)
	f2 := d.AddLevel("f_2", c.MLayers, false)
	f3 := d.AddLevel("f_3", c.HLayers, false)
	d.Recursion = func(r *nn.Run) nn.State { return c.recursion(r, f1, f2, f3) }
	return d, nil
}

// recursion is one supervision step. Gradients flow through the last update of
// each state, as they do in HRM.
func (c Config) recursion(r *nn.Run, f1, f2, f3 nn.Level) nn.State {
	x, z1, z2, z3 := r.Input(), r.State("z_1"), r.State("z_2"), r.State("z_3")
	for h := range c.HCycles {
		for m := range c.MCycles {
			in := r.Sum(z2, x)
			for l := range c.LCycles {
				if h == c.HCycles-1 && m == c.MCycles-1 && l == c.LCycles-1 {
					r.Record()
				}
				r.Call(f1, z1, in) // z_1 = f_1(z_1 + z_2 + x)
			}
			r.Call(f2, z2, r.Sum(z1, z3)) // z_2 = f_2(z_2 + z_1 + z_3)
		}
		r.Call(f3, z3, z2) // z_3 = f_3(z_3 + z_2)
	}
	return z3
}
