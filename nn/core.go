package nn

import (
	"fmt"
	"math/rand/v2"

	"github.com/rereadml/reread/tensor"
)

// Core is what TRM and HRM have in common: embeddings, heads, the initial
// state and the parameters of everything. A model embeds one.
type Core struct {
	Arch      Arch
	Input     *Input
	Heads     *Heads
	params    Params
	layouts   []Layout
	precision Precision

	hInit, lInit []float32 // [D] each; hInit is nil with a single latent
}

// NewCore registers the embeddings and heads of a validated architecture.
func NewCore(a Arch, singleLatent bool) *Core {
	c := &Core{Arch: a, lInit: make([]float32, a.HiddenSize)}
	c.Input = NewInput(&c.params, &a)
	c.Heads = NewHeads(&c.params, &a)
	c.layouts = []Layout{c.Heads.LM}
	if !singleLatent {
		c.hInit = make([]float32, a.HiddenSize)
	}
	return c
}

// AddLevel registers a level under a name, "L_level" or "H_level". With
// tokenMLP its blocks mix by MLP over the positions instead of attention.
func (c *Core) AddLevel(name string, layers int, tokenMLP bool) (*Level, error) {
	a := &c.Arch
	var rope *RoPE
	if a.PosEncodings == PosRoPE && !tokenMLP {
		rope = NewRoPE(a.Positions(), a.HiddenSize/a.NumHeads, ropeTheta(a))
	}
	blocks := make([]Block, layers)
	for i := range blocks {
		prefix := fmt.Sprintf("%s.layers.%d", name, i)
		mix, err := c.newMix(prefix, tokenMLP, rope)
		if err != nil {
			return nil, err
		}
		mlp := NewSwiGLU(&c.params, prefix+".mlp", a.Positions(), a.HiddenSize, a.Expansion, a.Eps())
		blocks[i] = Block{Mix: mix, MLP: mlp}
	}
	l := NewLevel(blocks)
	for _, s := range l.subs {
		c.layouts = append(c.layouts, s.weights()...)
	}
	return l, nil
}

func (c *Core) newMix(prefix string, tokenMLP bool, rope *RoPE) (sublayer, error) {
	a := &c.Arch
	if tokenMLP {
		return NewTokenSwiGLU(&c.params, prefix+".mlp_t", a.Positions(), a.HiddenSize, a.Expansion, a.Eps()), nil
	}
	groups, err := a.headGroups()
	if err != nil {
		return nil, err
	}
	return NewAttention(&c.params, prefix+".self_attn", a.Positions(), a.HiddenSize, a.NumHeads, rope, groups, a.Eps())
}

func ropeTheta(a *Arch) float64 {
	if a.RoPETheta == 0 {
		return 10000
	}
	return a.RoPETheta
}

// Build allocates the parameters and draws all weights and the initial state.
func (c *Core) Build(rng *rand.Rand) error {
	if err := c.params.Build(); err != nil {
		return err
	}
	c.params.Init(rng)
	if c.hInit != nil {
		TruncatedNormal(rng, c.hInit, 1)
	}
	TruncatedNormal(rng, c.lInit, 1)
	return nil
}

// Pack lays out all weights for passes at a precision, at which workers made
// from then on run; it must follow every change of the weights. Training needs
// the layouts of the backward pass as well.
func (c *Core) Pack(p Precision, train bool) {
	c.precision = p
	for _, w := range c.layouts {
		w.Pack(p, train)
	}
}

// Precision returns that of the last Pack.
func (c *Core) Precision() Precision { return c.precision }

// Layouts returns the weights that Pack lays out, for callers that do it on
// several goroutines, with the arguments of the last Pack.
func (c *Core) Layouts() []Layout { return c.layouts }

// Spec returns the settings that training and inference go by.
func (c *Core) Spec() *Arch { return &c.Arch }

// Params returns the trainable parameters.
func (c *Core) Params() *Params { return &c.params }

// PuzzleTable returns the puzzle embedding, or nil.
func (c *Core) PuzzleTable() *SparseEmbedding { return c.Input.Puzzles }

// SingleLatent reports whether the state is z_L alone.
func (c *Core) SingleLatent() bool { return c.hInit == nil }

// InitCarry sets the state of one puzzle, zH and zL [L, D], to the initial
// state. zH is nil with a single latent.
func (c *Core) InitCarry(zH, zL []float32) {
	d := c.Arch.HiddenSize
	for i := 0; i < len(zL); i += d {
		copy(zL[i:], c.lInit)
		if zH != nil {
			copy(zH[i:], c.hInit)
		}
	}
}

// Named is one tensor of a state dict.
type Named struct {
	Name  string
	Value *tensor.Tensor
}

// State returns the state dict, without prefix: parameters and buffers, shared
// with the model, in a fixed order.
func (c *Core) State() []Named {
	var state []Named
	add := func(name string, data []float32, shape ...int) {
		t, err := tensor.FromSlice(data, shape...)
		if err != nil {
			panic("nn: buffer of the wrong size: " + err.Error()) // ours to keep right
		}
		state = append(state, Named{name, t})
	}
	if c.hInit != nil {
		add("H_init", c.hInit, len(c.hInit))
	}
	add("L_init", c.lInit, len(c.lInit))
	for _, p := range c.params.All() {
		state = append(state, Named{p.Name, p.Value})
	}
	if e := c.Input.Puzzles; e != nil {
		add("puzzle_emb.weights", e.Weights, e.IDs, e.Dim)
	}
	return state
}
