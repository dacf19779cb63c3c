package nn

import (
	"math"
	"math/rand/v2"
)

// Carry is what puzzles take from one supervision step to the next: the latent
// states of N rows. The zero value has none; see [Model.NewCarry].
type Carry struct {
	N      int
	states [][]float32 // by state: [N, L, D]
	row    int         // L·D
}

// State returns the latent state of that number in the order of
// [Model.States], all rows of it [N, L, D], shared with the carry.
func (c *Carry) State(i int) []float32 { return c.states[i] }

// View makes c rows [lo, hi) of another carry, sharing their memory. It
// allocates only the first time.
func (c *Carry) View(of *Carry, lo, hi int) {
	c.N, c.row, c.states = hi-lo, of.row, c.states[:0]
	for _, z := range of.states {
		c.states = append(c.states, z[lo*of.row:hi*of.row:hi*of.row])
	}
}

// Copy copies a row of another carry of the same model into row dst.
func (c *Carry) Copy(dst int, from *Carry, src int) {
	for i, z := range c.states {
		copy(z[dst*c.row:(dst+1)*c.row], from.states[i][src*c.row:])
	}
}

// AddNoise adds size or -size, which are equally likely, to every number of a
// row's states.
func (c *Carry) AddNoise(row int, size float32, src rand.Source) {
	magnitude := math.Float32bits(size)
	for _, z := range c.states {
		z = z[row*c.row : (row+1)*c.row]
		for len(z) > 0 {
			signs, n := src.Uint64(), min(len(z), 64)
			for i := range z[:n] {
				z[i] += math.Float32frombits(magnitude | uint32(signs&1)<<31)
				signs >>= 1
			}
			z = z[n:]
		}
	}
}

// NewCarry returns the initial state of n puzzles.
func (m *Model) NewCarry(n int) Carry {
	c := Carry{N: n, row: m.arch.Positions() * m.arch.HiddenSize}
	for range m.design.States {
		c.states = append(c.states, make([]float32, n*c.row))
	}
	for i := range n {
		m.Reset(&c, i)
	}
	return c
}

// Reset gives a row the initial state, the same vector at every position.
func (m *Model) Reset(c *Carry, row int) {
	for s, init := range m.init {
		z := c.states[s][row*c.row : (row+1)*c.row]
		for i := 0; i < len(z); i += len(init) {
			copy(z[i:], init)
		}
	}
}

// Group is a few puzzles that one worker takes through a supervision step. All
// slices hold their rows one after the other.
type Group struct {
	N         int     // rows in use
	Inputs    []int32 // of the cells [N, S]: tokens, or sets of them
	PuzzleIDs []int32 // [N]
	Carry     Carry   // replaced by each step
	// Outs are the read-outs in the order of the recursion, one unless it asks
	// for more. The last is the answer of the step.
	Outs     []ReadOut
	DPuzzles []float32 // gradients of the puzzle embeddings [N, ndim], written by Backward
}

// ReadOut is what a model says at one point of a supervision step, and in
// training the gradients of that.
type ReadOut struct {
	Logits []float32 // [N, S, V], written by a step
	Q      []float32 // [N, 2]: q_halt and q_continue, written by a step

	DLogits, DQ []float32 // gradients of the two, read by Backward
}

// Answer returns the last read-out.
func (g *Group) Answer() *ReadOut { return &g.Outs[len(g.Outs)-1] }

// NewGroup returns a group of n puzzles in their initial state, with room for
// gradients if it is to be trained on.
func (m *Model) NewGroup(n int, train bool) *Group {
	a := &m.arch
	g := &Group{N: n, Inputs: make([]int32, n*a.SeqLen), PuzzleIDs: make([]int32, n), Carry: m.NewCarry(n)}
	for range m.plan.outs {
		o := ReadOut{Logits: make([]float32, n*a.SeqLen*a.VocabSize), Q: make([]float32, 2*n)}
		if train {
			o.DLogits, o.DQ = make([]float32, len(o.Logits)), make([]float32, len(o.Q))
		}
		g.Outs = append(g.Outs, o)
	}
	if train {
		g.DPuzzles = make([]float32, n*a.PuzzleEmbNDim)
	}
	return g
}
