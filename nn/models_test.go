package nn_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/trm"
)

// A variant is one kind of model that both families' tests run on.
type variant struct {
	name  string
	build func(change func(*nn.Arch)) (nn.Model, error)
	read  func(m nn.Model, f *safetensors.File) (nn.Model, error) // a new model of m's configuration
	load  func(path string) (nn.Model, error)
}

// arch is a small architecture of odd sizes: 16 cells behind two positions of
// a puzzle embedding that fills them in part.
func arch() nn.Arch {
	return nn.Arch{
		SeqLen: 16, VocabSize: 5, NumPuzzleIdentifiers: 4, PuzzleEmbNDim: 17,
		HiddenSize: 12, Expansion: 4, NumHeads: 3, HLayers: 1, LLayers: 2, HCycles: 2, LCycles: 2,
		PosEncodings: nn.PosRoPE, HaltMaxSteps: 4,
	}
}

func trmVariant(name string, change func(*trm.Config)) variant {
	return variant{
		name: name,
		build: func(arg func(*nn.Arch)) (nn.Model, error) {
			c := trm.Config{Arch: arch()}
			change(&c)
			arg(&c.Arch)
			return trm.New(c, rand.New(rand.NewPCG(1, 2)))
		},
		read: func(m nn.Model, f *safetensors.File) (nn.Model, error) { return trm.ReadWith(m.(*trm.Model).Config, f) },
		load: func(path string) (nn.Model, error) { return trm.Load(path) },
	}
}

func hrmVariant(name string, change func(*hrm.Config)) variant {
	return variant{
		name: name,
		build: func(arg func(*nn.Arch)) (nn.Model, error) {
			c := hrm.Config{Arch: arch()}
			change(&c)
			arg(&c.Arch)
			return hrm.New(c, rand.New(rand.NewPCG(1, 2)))
		},
		read: func(m nn.Model, f *safetensors.File) (nn.Model, error) { return hrm.ReadWith(m.(*hrm.Model).Config, f) },
		load: func(path string) (nn.Model, error) { return hrm.Load(path) },
	}
}

var variants = []variant{
	trmVariant("trm attention", func(*trm.Config) {}),
	trmVariant("trm mlp", func(c *trm.Config) { c.MLPT, c.PosEncodings = true, nn.PosNone }),
	trmVariant("trm two networks", func(c *trm.Config) { c.TwoNetworks = true }),
	trmVariant("trm single latent", func(c *trm.Config) { c.SingleLatent = true }),
	trmVariant("trm groups, learned positions, softmax", func(c *trm.Config) {
		c.HeadGroups, c.PosEncodings, c.LossType = []string{"row", "box", "all"}, nn.PosLearned, nn.LossSoftmax
	}),
	trmVariant("trm without puzzle embedding", func(c *trm.Config) { c.PuzzleEmbNDim, c.MLPT, c.TwoNetworks = 0, true, true }),
	hrmVariant("hrm", func(*hrm.Config) {}),
	hrmVariant("hrm learned positions, groups", func(c *hrm.Config) {
		c.HeadGroups, c.PosEncodings, c.HLayers = []string{"column", "all", "all"}, nn.PosLearned, 2
	}),
}

// newModel builds a variant, changed, with a halting head and a puzzle table
// that are not constant.
func newModel(t testing.TB, v variant, change func(*nn.Arch)) nn.Model {
	t.Helper()
	m, err := v.build(change)
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(3, 4))
	for _, p := range m.Params().All() {
		if p.Name == "q_head.weight" {
			copy(p.Value.Data(), nn.Normals(rng, p.Value.Len(), 0.3))
		}
	}
	if e := m.PuzzleTable(); e != nil {
		copy(e.Weights, nn.Normals(rng, len(e.Weights), 0.3))
	}
	m.Pack(nn.FP32, true)
	return m
}

func asIs(*nn.Arch) {}

// puzzle returns the tokens and identifier of puzzle i.
func puzzle(a *nn.Arch, i int) (inputs []int32, id int32) {
	rng := rand.New(rand.NewPCG(uint64(i), 77))
	for range a.SeqLen {
		inputs = append(inputs, int32(rng.IntN(a.VocabSize)))
	}
	return inputs, int32(rng.IntN(max(a.NumPuzzleIdentifiers, 1)))
}

// newGroup returns a group of the given puzzles in their initial state, with
// room for gradients.
func newGroup(m nn.Model, puzzles ...int) *nn.Group {
	a, n := m.Spec(), len(puzzles)
	state := a.Positions() * a.HiddenSize
	g := &nn.Group{
		N: n, ZL: make([]float32, n*state),
		Logits: make([]float32, n*a.SeqLen*a.VocabSize), Q: make([]float32, 2*n),
		DLogits: make([]float32, n*a.SeqLen*a.VocabSize), DQ: make([]float32, 2*n),
		DPuzzles: make([]float32, n*a.PuzzleEmbNDim),
	}
	if !m.SingleLatent() {
		g.ZH = make([]float32, n*state)
	}
	for _, p := range puzzles {
		inputs, id := puzzle(a, p)
		g.Inputs, g.PuzzleIDs = append(g.Inputs, inputs...), append(g.PuzzleIDs, id)
	}
	m.InitCarry(g.ZH, g.ZL)
	return g
}

// copyGroup returns a group that shares nothing with g.
func copyGroup(g *nn.Group) *nn.Group {
	c := *g
	for _, s := range []*[]float32{&c.ZH, &c.ZL, &c.Logits, &c.Q, &c.DLogits, &c.DQ, &c.DPuzzles} {
		*s = slices.Clone(*s)
	}
	c.Inputs, c.PuzzleIDs = slices.Clone(g.Inputs), slices.Clone(g.PuzzleIDs)
	return &c
}

// answer is what a supervision step gives for one puzzle.
type answer struct{ logits, q, zH, zL []float32 }

// answerOf copies row i of a group.
func answerOf(g *nn.Group, i int) answer {
	row := func(x []float32) []float32 {
		size := len(x) / g.N
		return slices.Clone(x[i*size : (i+1)*size])
	}
	return answer{row(g.Logits), row(g.Q), row(g.ZH), row(g.ZL)}
}
