package nn_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// A designer is the configuration of a family of models.
type designer interface {
	Design() (*nn.Design, error)
}

// A variant is one kind of model that the tests of all models run on.
type variant struct {
	name   string
	config func(change func(*nn.Arch)) designer
}

func (v variant) build(change func(*nn.Arch)) (*nn.Model, error) {
	d, err := v.config(change).Design()
	if err != nil {
		return nil, err
	}
	return nn.New(d, newRNG())
}

func newRNG() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

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
	return variant{name, func(arg func(*nn.Arch)) designer {
		c := trm.Config{Arch: arch()}
		change(&c)
		arg(&c.Arch)
		return c
	}}
}

func hrmVariant(name string, change func(*hrm.Config)) variant {
	return variant{name, func(arg func(*nn.Arch)) designer {
		c := hrm.Config{Arch: arch()}
		change(&c)
		arg(&c.Arch)
		return c
	}}
}

// variants are those of the two published families.
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
	trmVariant("trm sets", func(c *trm.Config) { c.Inputs = nn.InputSets }),
	hrmVariant("hrm sets, learned positions", func(c *hrm.Config) { c.Inputs, c.PosEncodings = nn.InputSets, nn.PosLearned }),
	trmVariant("trm units of values", func(c *trm.Config) { ofValues(&c.Arch) }),
	trmVariant("trm units of values, two networks", func(c *trm.Config) {
		ofValues(&c.Arch)
		c.TwoNetworks, c.IntermediateSize = true, 0
	}),
	trmVariant("trm uneven units", func(c *trm.Config) {
		c.Units, c.PosEncodings, c.PuzzleEmbLen = unevenUnits(), nn.PosLearned, 2
	}),
}

// ofValues gives an architecture of 16 cells a state of values, mixed by the
// units of a Sudoku of four digits.
func ofValues(a *nn.Arch) {
	a.Values, a.FirstValue, a.Units = 4, 1, nn.GridUnits(2, 2)
	a.PuzzleEmbNDim, a.PosEncodings, a.LossType, a.IntermediateSize = 0, nn.PosNone, nn.LossSoftmax, 20
}

// unevenUnits are units of one to seven positions out of 18, some of which are
// in none.
func unevenUnits() nn.Units {
	return nn.Units{
		{{0, 1, 2, 3, 4, 5, 6}, {7, 17}, {8, 9, 10}, {11}, {12, 13}},
		{{1, 17, 3}, {2, 16}, {4, 15, 6, 7}},
	}
}

// ladder is a family with what the published ones lack: three states and
// networks, states as injections, and a read-out in every cycle.
type ladder struct{ nn.Arch }

func (c ladder) Design() (*nn.Design, error) {
	d := &nn.Design{Kind: "ladder", Config: c, Arch: c.Arch, States: []string{"z_1", "z_2", "z_3"}, QLearning: true}
	fast := d.AddLevel("fast", 1, false)
	middle := d.AddLevel("middle", 1, true)
	slow := d.AddLevel("slow", 1, false)
	d.Recursion = func(r *nn.Run) nn.State {
		x, z1, z2, z3 := r.Input(), r.State("z_1"), r.State("z_2"), r.State("z_3")
		for h := range c.HCycles {
			if h == c.HCycles-1 {
				r.Record()
			}
			top := r.Sum(z3, x)
			for range c.LCycles {
				r.Call(fast, z1, r.Sum(top, z2))
				r.Call(middle, z2, z1)
			}
			r.ReadOut(z2)
			r.Call(slow, z3, z2)
		}
		return z3
	}
	return d, nil
}

// families are all variants and one of a family that the module does not have.
var families = append(slices.Clone(variants), variant{"ladder", func(change func(*nn.Arch)) designer {
	c := ladder{arch()}
	change(&c.Arch)
	return c
}})

// newModel builds a variant, changed, with a halting head and a puzzle table
// that are not constant.
func newModel(t testing.TB, v variant, change func(*nn.Arch)) *nn.Model {
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
	require.NoError(t, m.Pack(nn.FP32, true))
	return m
}

func asIs(*nn.Arch) {}

// newTrainingWorker returns a worker that trains.
func newTrainingWorker(t testing.TB, m *nn.Model, capacity int) nn.Worker {
	t.Helper()
	w, err := m.NewTrainingWorker(capacity)
	require.NoError(t, err)
	return w
}

// puzzle returns the inputs and identifier of puzzle i.
func puzzle(a nn.Arch, i int) (inputs []int32, id int32) {
	rng := rand.New(rand.NewPCG(uint64(i), 77))
	for range a.SeqLen {
		if a.Inputs == nn.InputSets {
			inputs = append(inputs, int32(1+rng.IntN(1<<a.VocabSize-1)))
		} else {
			inputs = append(inputs, int32(rng.IntN(a.VocabSize)))
		}
	}
	return inputs, int32(rng.IntN(max(a.NumPuzzleIdentifiers, 1)))
}

// newGroup returns a group of the given puzzles in their initial state, with
// room for gradients.
func newGroup(m *nn.Model, puzzles ...int) *nn.Group {
	a, g := m.Arch(), m.NewGroup(len(puzzles), true)
	for i, p := range puzzles {
		inputs, id := puzzle(a, p)
		copy(g.Inputs[i*a.SeqLen:], inputs)
		g.PuzzleIDs[i] = id
	}
	return g
}

// copyGroup returns a group that shares nothing with g, of the same puzzles in
// the same state.
func copyGroup(m *nn.Model, g *nn.Group) *nn.Group {
	c := m.NewGroup(g.N, true)
	copy(c.Inputs, g.Inputs)
	copy(c.PuzzleIDs, g.PuzzleIDs)
	copyCarry(m, &c.Carry, &g.Carry)
	return c
}

func copyCarry(m *nn.Model, dst, src *nn.Carry) {
	for i := range m.States() {
		copy(dst.State(i), src.State(i))
	}
}

// answer is what a supervision step gives for one puzzle: logits and halting
// values of each read-out, and the states.
type answer [][]float32

// answerOf copies row i of a group.
func answerOf(m *nn.Model, g *nn.Group, i int) answer {
	var a answer
	add := func(x []float32) {
		size := len(x) / g.N
		a = append(a, slices.Clone(x[i*size:(i+1)*size]))
	}
	for _, out := range g.Outs {
		add(out.Logits)
		add(out.Q)
	}
	for s := range m.States() {
		add(g.Carry.State(s))
	}
	return a
}

// TestHiddenParams: what belongs to a network follows from where it is made,
// not from its name, but in all families the two agree.
func TestHiddenParams(t *testing.T) {
	for _, v := range families {
		hidden := 0
		for _, p := range newModel(t, v, asIs).Params().All() {
			require.Equal(t, strings.Contains(p.Name, ".layers."), p.Hidden(), p.Name)
			if p.Hidden() {
				hidden++
			}
		}
		require.Positive(t, hidden, v.name)
	}
}
