package nn

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/internal/simd"
)

// A recipe is a recursion as data, which both a model and the interpreter of
// this file can follow. Its values are numbered: the input, the states, then
// the sums in their order.
type recipe struct {
	states int
	steps  []recipeStep
	answer int
}

type recipeStep struct {
	kind  recipeKind
	level int
	z     int // the state that is updated or read out
	a, b  int // addends, or the injection a; -1: nothing
}

type recipeKind int

const (
	recipeSum recipeKind = iota
	recipeCall
	recipeReadOut
	recipeRecord
)

func (s recipeStep) String() string {
	return fmt.Sprintf("%s level %d z %d a %d b %d", [...]string{"sum", "call", "read out", "record"}[s.kind], s.level, s.z, s.a, s.b)
}

// randomRecipe draws a recursion of one to three states over the given number
// of levels. Anything may happen anywhere, several times or never.
func randomRecipe(rng *rand.Rand, levels int) recipe {
	p := recipe{states: 1 + rng.IntN(3)}
	values := 1 + p.states
	state := func() int { return 1 + rng.IntN(p.states) }
	// Of many values the younger ones are used more: the others' memory is free.
	value := func() int {
		if rng.IntN(3) > 0 {
			return rng.IntN(values)
		}
		return values - 1 - rng.IntN(min(values, 3))
	}
	maybe := func() int {
		if rng.IntN(6) == 0 {
			return -1
		}
		return value()
	}
	for range 3 + rng.IntN(14) {
		switch rng.IntN(16) {
		case 0:
			if record := (recipeStep{kind: recipeRecord}); !slices.Contains(p.steps, record) {
				p.steps = append(p.steps, record)
			}
		case 1:
			p.steps = append(p.steps, recipeStep{kind: recipeReadOut, z: state()})
		case 2, 3, 4, 5, 6, 7:
			s := recipeStep{kind: recipeSum, a: maybe(), b: maybe()}
			if s.a < 0 && s.b < 0 {
				continue
			}
			p.steps = append(p.steps, s)
			values++
		default:
			p.steps = append(p.steps, recipeStep{kind: recipeCall, level: rng.IntN(levels), z: state(), a: maybe()})
		}
	}
	p.answer = state()
	return p
}

// recursion has a model follow the recipe.
func (p *recipe) recursion(r *Run) State {
	values := []State{r.Input()}
	for i := range p.states {
		values = append(values, r.State(stateName(i)))
	}
	at := func(i int) State {
		if i < 0 {
			return State{}
		}
		return values[i]
	}
	for _, s := range p.steps {
		switch s.kind {
		case recipeSum:
			values = append(values, r.Sum(at(s.a), at(s.b)))
		case recipeCall:
			r.Call(Level{s.level + 1}, at(s.z), at(s.a))
		case recipeReadOut:
			r.ReadOut(at(s.z))
		case recipeRecord:
			r.Record()
		}
	}
	return at(p.answer)
}

func stateName(i int) string { return fmt.Sprintf("z_%d", i) }

// recipeModel returns a model of three networks, of both kinds.
func recipeModel(t *testing.T, p recipe) *Model {
	t.Helper()
	d := &Design{Kind: "recipe", Recursion: p.recursion, Arch: Arch{
		SeqLen: 3, VocabSize: 4, NumPuzzleIdentifiers: 2, PuzzleEmbNDim: 7,
		HiddenSize: 8, Expansion: 0.5, NumHeads: 2, LLayers: 1, HCycles: 1, LCycles: 1,
		PosEncodings: PosNone, HaltMaxSteps: 1,
	}}
	for i := range p.states {
		d.States = append(d.States, stateName(i))
	}
	d.AddLevel("mixer", 1, true)
	d.AddLevel("attention", 1, false)
	d.AddLevel("deep", 2, false)
	rng := rand.New(rand.NewPCG(5, 6))
	m, err := New(d, rng)
	require.NoError(t, err)
	copy(m.readout.q.Value.Data(), Normals(rng, m.readout.q.Value.Len(), 0.3))
	copy(m.embedding.puzzles.Weights, Normals(rng, len(m.embedding.puzzles.Weights), 0.5))
	return m
}

const recipeLevelCount = 3

// recipeGroup returns puzzles in states that differ, with gradients of the
// read-outs.
func recipeGroup(m *Model, n int) *Group {
	rng := rand.New(rand.NewPCG(7, 8))
	g := m.NewGroup(n, true)
	for i := range g.Inputs {
		g.Inputs[i] = int32(rng.IntN(m.arch.VocabSize))
	}
	for i := range g.PuzzleIDs {
		g.PuzzleIDs[i] = int32(i % 2)
	}
	for _, z := range g.Carry.states {
		copy(z, Normals(rng, len(z), 1))
	}
	for i := range g.Outs {
		copy(g.Outs[i].DLogits, Normals(rng, len(g.Outs[i].DLogits), 1))
		copy(g.Outs[i].DQ, Normals(rng, len(g.Outs[i].DQ), 1))
	}
	return g
}

// A node is a value on the way through a recipe and how it came about. It
// never changes, and has a gradient of its own.
type node[T simd.Element] struct {
	value, grad []T
	addends     []*node[T]    // of a sum, or state and injection of a call
	level       int           // of a call
	call        *levelTape[T] // nil: the value is none of a call's
	constant    bool
	reached     bool // by a gradient
}

// interpreter follows a recipe node by node: every value has memory of its own
// and every call a tape.
type interpreter[T simd.Element] struct {
	m      *Model
	g      *Group
	s      scratch[T]
	nodes  []*node[T]
	values []*node[T] // by number; states are replaced
	read   []*node[T] // by read-out
	outs   []ReadOut
}

func interpret[T simd.Element](m *Model, p *recipe, g *Group) *interpreter[T] {
	in := &interpreter[T]{m: m, g: g}
	in.start(p)
	record := -1
	for i, s := range p.steps {
		if s.kind == recipeRecord {
			record = i
		}
	}
	for i, s := range p.steps {
		switch s.kind {
		case recipeSum:
			in.values = append(in.values, in.sum(in.at(s.a), in.at(s.b)))
		case recipeCall:
			z := in.call(s.level, in.at(s.z), in.at(s.a))
			z.constant = i < record
			in.values[s.z] = z
		case recipeReadOut:
			in.readOut(in.at(s.z))
		}
	}
	in.readOut(in.at(p.answer))
	return in
}

func (in *interpreter[T]) start(p *recipe) {
	x := in.node()
	in.s.embed(in.m.embedding, x.value, in.g.Inputs, in.g.PuzzleIDs, in.g.N)
	in.values = []*node[T]{x}
	for i := range p.states {
		z := in.node()
		z.constant = true
		simd.Convert(z.value, in.g.Carry.State(i))
		in.values = append(in.values, z)
	}
}

func (in *interpreter[T]) node() *node[T] {
	size := in.g.N * in.m.arch.Positions() * in.m.arch.HiddenSize
	n := &node[T]{value: make([]T, size), grad: make([]T, size)}
	in.nodes = append(in.nodes, n)
	return n
}

func (in *interpreter[T]) at(i int) *node[T] {
	if i < 0 {
		return nil
	}
	return in.values[i]
}

func (in *interpreter[T]) sum(a, b *node[T]) *node[T] {
	n := in.node()
	for _, addend := range []*node[T]{a, b} {
		if addend != nil {
			n.addends = append(n.addends, addend)
			simd.Add(n.value, n.value, addend.value)
		}
	}
	return n
}

func (in *interpreter[T]) call(level int, z, injection *node[T]) *node[T] {
	n := in.node()
	n.level, n.call, n.addends = level, newTape[T](in.m.levels[level], 1, in.g.N), []*node[T]{z}
	copy(n.value, z.value)
	var add []T
	if injection != nil {
		n.addends, add = append(n.addends, injection), injection.value
	}
	n.call.forward(&in.s, 0, in.g.N, n.value, add)
	return n
}

func (in *interpreter[T]) readOut(z *node[T]) {
	g := &in.g.Outs[len(in.outs)]
	out := ReadOut{Logits: make([]float32, len(g.Logits)), Q: make([]float32, len(g.Q)), DLogits: g.DLogits, DQ: g.DQ}
	in.s.readOut(in.m.readout, out.Logits, out.Q, z.value, in.g.N)
	in.read, in.outs = append(in.read, z), append(in.outs, out)
}

// backward returns the gradients of the weights and of the puzzles, and how
// many calls of each level they went through.
func (in *interpreter[T]) backward() (grad, puzzles []float32, calls []int) {
	grad, calls = in.m.params.NewVector(), make([]int, len(in.m.levels))
	for i, z := range in.read {
		dz := make([]T, len(z.grad))
		in.s.readOutBackward(in.m.readout, grad, dz, z.value, in.outs[i].DLogits, in.outs[i].DQ, in.g.N)
		z.receive(dz)
	}
	for i := len(in.nodes) - 1; i >= 0; i-- {
		n := in.nodes[i]
		if !n.reached {
			continue
		}
		if n.call != nil {
			calls[n.level]++
			n.call.backward(&in.s, 0, in.g.N, n.grad)
			n.call.gradient(&in.s, 1, in.g.N, grad)
		}
		for _, a := range n.addends {
			a.receive(n.grad)
		}
	}
	puzzles = make([]float32, len(in.g.DPuzzles))
	in.s.embedBackward(in.m.embedding, grad, puzzles, in.nodes[0].grad, in.g.Inputs, in.g.N)
	return grad, puzzles, calls
}

// receive adds a gradient, which constants have none of.
func (n *node[T]) receive(d []T) {
	if n.constant {
		return
	}
	n.reached = true
	simd.Add(n.grad, n.grad, d)
}

// Any recursion, compiled, does what the interpreter does: forward to the bit,
// backward but for the order of sums.
func TestPlansFollowTheirRecipes(t *testing.T) {
	const count = 80
	rng := rand.New(rand.NewPCG(21, 22))
	seen := map[string]int{}
	for i := range count {
		p := randomRecipe(rng, recipeLevelCount)
		m := recipeModel(t, p)
		name := fmt.Sprintf("recipe %d: %v, answer %d", i, p.steps, p.answer)
		followRecipe[float32](t, m, &p, FP32, 5e-6, name)
		followRecipe[simd.BF16](t, m, &p, BF16, 0.03, name)
		count := func(what string, is bool) {
			if is {
				seen[what]++
			}
		}
		sums, calls, kept := 0, 0, 0
		for _, o := range m.plan.forward {
			switch {
			case o.kind == opSum:
				sums++
			case o.kind == opCall && o.slot >= 0:
				kept++
				fallthrough
			case o.kind == opCall:
				calls++
			}
		}
		count("memory of sums shared", m.plan.registers < 1+p.states+sums)
		count("calls without a gradient", kept < calls)
		count("several read-outs", m.plan.outs > 1)
		count("no gradient into the input", m.plan.input < 0)
		count("several gradients at a time", m.plan.gradients > 2)
	}
	for _, what := range []string{
		"memory of sums shared", "calls without a gradient", "several read-outs", "no gradient into the input", "several gradients at a time",
	} {
		require.GreaterOrEqual(t, seen[what], 5, what)
	}
}

func followRecipe[T simd.Element](t *testing.T, m *Model, p *recipe, precision Precision, tol float64, name string) {
	t.Helper()
	const n = 2
	require.NoError(t, m.Pack(precision, true))
	w, err := m.NewTrainingWorker(n + 1)
	require.NoError(t, err)
	start := recipeGroup(m, n)
	want := interpret[T](m, p, start)
	for _, step := range []func(*Group) error{w.Step, w.StepTrain, m.NewWorker(n, 1).Step} {
		g := recipeGroup(m, n)
		require.NoError(t, step(g))
		for i, out := range want.outs {
			require.Equal(t, out.Logits, g.Outs[i].Logits, name)
			require.Equal(t, out.Q, g.Outs[i].Q, name)
		}
		for i := range p.states {
			z := make([]float32, len(g.Carry.State(i)))
			simd.Convert(z, want.values[1+i].value)
			require.Equal(t, z, g.Carry.State(i), name)
		}
	}
	g := recipeGroup(m, n)
	require.NoError(t, w.StepTrain(g))
	require.NoError(t, w.Step(recipeGroup(m, n))) // as Q-learning does in between
	grad, puzzles, calls := want.backward()
	got := m.params.NewVector()
	require.NoError(t, w.Backward(g, got))
	require.Equal(t, calls, m.plan.calls, name)
	requireGradient(t, puzzles, g.DPuzzles, tol, name+": puzzles")
	for _, q := range m.params.All() {
		requireGradient(t, q.In(grad), q.In(got), tol, name+": "+q.Name)
	}
}

// requireGradient compares a gradient, which may be none.
func requireGradient(t *testing.T, want, got []float32, tol float64, what string) {
	t.Helper()
	if rms(want) == 0 {
		require.Equal(t, want, got, what)
		return
	}
	require.LessOrEqual(t, Distance(got, want), tol, what)
}

// Where nothing is constant, finite differences of the whole step agree. Of
// many networks in a row, whose curvature adds up, they would say little.
func TestPlansByFiniteDifferences(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	for i := 0; i < 6; {
		p := randomRecipe(rng, recipeLevelCount)
		p.steps = withoutRecord(p.steps)
		m := recipeModel(t, p)
		if m.plan.input < 0 || m.plan.outs < 2 || slices.Max(m.plan.calls) > 2 || len(m.plan.backward) < 6 {
			continue
		}
		i++
		w, err := m.NewTrainingWorker(2)
		require.NoError(t, err)
		f := func() float64 {
			require.NoError(t, m.Pack(FP32, true))
			g, sum := recipeGroup(m, 2), 0.0
			require.NoError(t, w.Step(g))
			for _, out := range g.Outs {
				sum += Project(out.DLogits, out.Logits) + Project(out.DQ, out.Q)
			}
			return sum
		}
		g, grad := recipeGroup(m, 2), m.params.NewVector()
		require.NoError(t, w.StepTrain(g))
		require.NoError(t, w.Backward(g, grad))
		var vars []Variable
		for _, v := range weights(&m.params, grad) {
			if rms(v.Grad) > 0 { // of a network that nothing depends on it is zero
				vars = append(vars, v)
			}
		}
		CheckGradients(t, f, 1e-3, append(vars, Variable{"puzzles", m.embedding.puzzles.Weights, g.DPuzzles})...)
	}
}

func withoutRecord(steps []recipeStep) []recipeStep {
	var out []recipeStep
	for _, s := range steps {
		if s.kind != recipeRecord {
			out = append(out, s)
		}
	}
	return out
}

// Sums whose last use is over give their memory to others; the plan of the
// published recursions needs one.
func TestSumsShareMemory(t *testing.T) {
	for _, c := range []struct {
		name  string
		steps []recipeStep
		sums  int
	}{
		{"one after the other", []recipeStep{
			{kind: recipeSum, a: 0, b: 1}, {kind: recipeCall, z: 1, a: 2}, {kind: recipeSum, a: 0, b: 1}, {kind: recipeCall, z: 1, a: 3},
		}, 1},
		{"both at a time", []recipeStep{
			{kind: recipeSum, a: 0, b: 1}, {kind: recipeSum, a: 0, b: 1}, {kind: recipeCall, z: 1, a: 2}, {kind: recipeCall, z: 1, a: 3},
		}, 2},
		{"a sum of a sum", []recipeStep{
			{kind: recipeSum, a: 0, b: 1}, {kind: recipeSum, a: 2, b: 0}, {kind: recipeSum, a: 3, b: 3}, {kind: recipeCall, z: 1, a: 4},
		}, 2},
		{"a copy of a state", []recipeStep{
			{kind: recipeSum, a: 1, b: -1}, {kind: recipeCall, z: 1, a: 0}, {kind: recipeCall, z: 1, a: 2},
		}, 1},
		{"nothing to add to the input", []recipeStep{{kind: recipeSum, a: 0, b: -1}, {kind: recipeCall, z: 1, a: 2}}, 0},
	} {
		p := recipe{states: 1, steps: c.steps, answer: 1}
		m := recipeModel(t, p)
		require.Equal(t, 2+c.sums, m.plan.registers, c.name)
		followRecipe[float32](t, m, &p, FP32, 5e-6, c.name)
	}
}
