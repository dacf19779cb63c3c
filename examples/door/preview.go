package main

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// preview tells what a model would answer if z_H were updated now, within a
// supervision step. The heads are trained to read z_H alone, and read nothing of use
// off z_L: what a fast update has brought about shows once z_H takes it in.
type preview struct {
	model  *nn.Model // of that one update and the heads
	worker nn.Worker
	group  *nn.Group
	tokens []int32
}

// newPreview returns a preview of a model with the states z_H and z_L. Close ends it.
func newPreview(m *nn.Model) (*preview, error) {
	slow, err := slowHalf(m)
	if err != nil {
		return nil, err
	}
	return &preview{slow, slow.NewWorker(1, 1), slow.NewGroup(1, false), make([]int32, m.Arch().SeqLen)}, nil
}

func (p *preview) close() { p.worker.Close() }

// answer returns what the model would answer in these states, z_H and z_L. It is
// valid until the next call.
func (p *preview) answer(inputs []int32, states [][]float32) ([]int32, error) {
	copy(p.group.Inputs, inputs)
	for i, z := range states {
		copy(p.group.Carry.State(i), z)
	}
	if err := p.worker.Step(p.group); err != nil {
		return nil, err
	}
	p.model.Decode(p.group.Answer().Logits, p.tokens, nil)
	return p.tokens, nil
}

// slowHalf returns a model that shares a model's weights, as they are now, and does
// nothing in a step but update z_H.
func slowHalf(m *nn.Model) (*nn.Model, error) {
	d := &nn.Design{Kind: m.Kind(), Config: m.Config(), Arch: m.Arch(), States: m.States(), QLearning: m.QLearning()}
	var slow nn.Level
	switch c := m.Config().(type) {
	case hrm.Config:
		slow = d.AddLevel("H_level", c.HLayers, false)
	case trm.Config:
		name, layers := "L_level", c.LLayers
		if c.TwoNetworks {
			name, layers = "H_level", c.HLayers
		}
		slow = d.AddLevel(name, layers, c.MLPT)
	default:
		return nil, fmt.Errorf("no preview of a model of kind %q", m.Kind())
	}
	d.Recursion = func(r *nn.Run) nn.State {
		zH := r.State("z_H")
		r.Call(slow, zH, r.State("z_L"))
		return zH
	}
	half, err := nn.New(d, rand.New(rand.NewPCG(0, 0))) // whose weights are replaced
	if err != nil {
		return nil, err
	}
	weights := m.State()
	for _, t := range half.State() {
		i := slices.IndexFunc(weights, func(w nn.Tensor) bool { return w.Name == t.Name })
		if i < 0 {
			return nil, fmt.Errorf("the model has no weights %q", t.Name)
		}
		copy(t.Value.Data(), weights[i].Value.Data())
	}
	return half, nil
}
