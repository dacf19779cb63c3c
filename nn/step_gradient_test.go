package nn_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
)

// stepTolerance is that of layers with room for the rounding of four or more
// networks in a row.
const stepTolerance = 1e-3

// supervision is one supervision step of a few puzzles and its loss: that of
// training with fixed targets for the halting values.
type supervision struct {
	m      *nn.Model
	w      nn.Worker
	start  *nn.Group // with the carry that the step begins with
	g      *nn.Group
	labels []int32
}

func newSupervision(t *testing.T, m *nn.Model, start *nn.Group) *supervision {
	a := m.Arch()
	s := &supervision{m: m, w: newTrainingWorker(t, m, start.N), start: start, g: copyGroup(m, start)}
	for i := range start.N * a.SeqLen {
		label := int32(a.FirstValue + i*i%(a.VocabSize-a.FirstValue)) // any token that can be an answer
		if i%7 == 3 {
			label = data.IgnoreLabel
		}
		s.labels = append(s.labels, label)
	}
	return s
}

// run takes the step from the start and returns the loss, leaving its
// gradients in the group.
func (s *supervision) run(t *testing.T, record bool) float64 {
	copyCarry(s.m, &s.g.Carry, &s.start.Carry)
	step := s.w.Step
	if record {
		step = s.w.StepTrain
	}
	require.NoError(t, step(s.g))
	sum := 0.0
	for o := range s.g.Outs {
		sum += s.loss(&s.g.Outs[o], 1+0.5*float64(o))
	}
	return sum
}

// loss is that of one read-out, times a weight.
func (s *supervision) loss(out *nn.ReadOut, weight float64) float64 {
	a := s.m.Arch()
	entropy := train.CrossEntropy{Softmax: a.LossType == nn.LossSoftmax}
	size, sum := a.SeqLen*a.VocabSize, 0.0
	for i := range s.g.N {
		sum += entropy.Forward(out.Logits[i*size:(i+1)*size], s.labels[i*a.SeqLen:(i+1)*a.SeqLen], out.DLogits[i*size:(i+1)*size], weight)
		for j, target := range []float64{float64(i % 2), 0.3} {
			if j == 1 && !s.m.QLearning() {
				out.DQ[2*i+1] = 0
				continue
			}
			loss, slope := train.BCEWithLogits(float64(out.Q[2*i+j]), target)
			sum += 0.5 * loss
			out.DQ[2*i+j] = float32(0.5 * weight * slope)
		}
	}
	return weight * sum
}

// gradients returns the parameter gradients of a step and those of the puzzle
// table, rows of equal identifiers added up.
func (s *supervision) gradients(t *testing.T) (grad, table []float32) {
	s.run(t, true)
	grad = s.m.Params().NewVector()
	require.NoError(t, s.w.Backward(s.g, grad))
	if e := s.m.PuzzleTable(); e != nil {
		table = make([]float32, len(e.Weights))
		for i, id := range s.g.PuzzleIDs {
			for j := range e.Dim {
				table[int(id)*e.Dim+j] += s.g.DPuzzles[i*e.Dim+j]
			}
		}
	}
	return grad, table
}

// oneCycle leaves nothing of a step without gradient.
func oneCycle(v variant) func(*nn.Arch) {
	return func(a *nn.Arch) {
		a.HCycles = 1
		if v.name[:3] == "hrm" {
			a.LCycles = 1
		}
	}
}

// warmCarry replaces the initial state by one that differs between positions
// and puzzles.
func warmCarry(t *testing.T, m *nn.Model, g *nn.Group) {
	require.NoError(t, m.NewWorker(g.N, 1).Step(g))
}

// A step that is differentiated from end to end: TRM with one H cycle, HRM
// with one update of each network.
func TestStepGradients(t *testing.T) {
	for _, v := range families {
		t.Run(v.name, func(t *testing.T) {
			m := newModel(t, v, oneCycle(v))
			g := newGroup(m, 0, 1, 2)
			warmCarry(t, m, g)
			s := newSupervision(t, m, g)
			grad, table := s.gradients(t)
			f := func() float64 {
				require.NoError(t, m.Pack(nn.FP32, true))
				return s.run(t, false)
			}
			var vars []nn.Variable
			for _, p := range m.Params().All() {
				vars = append(vars, nn.Variable{Name: p.Name, Value: p.Value.Data(), Grad: p.In(grad)})
			}
			if table != nil {
				vars = append(vars, nn.Variable{Name: "puzzle table", Value: m.PuzzleTable().Weights, Grad: table})
			}
			nn.CheckGradients(t, f, stepTolerance, vars...)
		})
	}
}

// Backward adds to the gradient it is given.
func TestBackwardAdds(t *testing.T) {
	for _, v := range families {
		t.Run(v.name, func(t *testing.T) {
			m := newModel(t, v, asIs)
			s := newSupervision(t, m, newGroup(m, 0, 1))
			grad, _ := s.gradients(t)
			twice := slices.Clone(grad)
			s.run(t, true)
			require.NoError(t, s.w.Backward(s.g, twice))
			for i, g := range grad {
				require.InDelta(t, 2*g, twice[i], 1e-4)
			}
		})
	}
}

// With more cycles, all but the last are constants: the gradient is that of a
// model with one cycle that starts from the carry they leave.
func TestGradientsOfTheLastCycleOnly(t *testing.T) {
	nn.EachLevel(t, func(t *testing.T) {
		for _, v := range variants {
			t.Run(v.name, func(t *testing.T) {
				whole, last := newModel(t, v, asIs), newModel(t, v, oneCycle(v))
				g := newGroup(whole, 0, 1, 2)
				warmCarry(t, whole, g)
				s := newSupervision(t, whole, g)
				grad, table := s.gradients(t)

				carry := copyGroup(whole, g)
				earlier(t, v, carry)
				s1 := newSupervision(t, last, carry)
				grad1, table1 := s1.gradients(t)
				require.Equal(t, s.g.Outs, s1.g.Outs)
				require.Equal(t, s.g.Carry, s1.g.Carry)
				require.Equal(t, grad, grad1)
				require.Equal(t, table, table1)
			})
		}
	})
}

// earlier takes a carry through what a step does before its last, recorded
// part: in TRM one of its two H cycles; in HRM, with two of each cycle, the
// updates L, L, H and L.
func earlier(t *testing.T, v variant, g *nn.Group) {
	w := newModel(t, v, func(a *nn.Arch) { a.HCycles = 1 }).NewWorker(g.N, 1)
	require.NoError(t, w.Step(g))
	if v.name[:3] != "hrm" {
		return
	}
	zH := slices.Clone(g.Carry.State(0))
	require.NoError(t, newModel(t, v, oneCycle(v)).NewWorker(g.N, 1).Step(g))
	copy(g.Carry.State(0), zH) // as if z_L alone had been updated
}

// Without room for the gradients of the weights those of the puzzle embeddings have
// the same bits, and nothing is allocated.
func TestBackwardOfPuzzlesAlone(t *testing.T) {
	for _, v := range families {
		eachPrecision(t, newModel(t, v, asIs), v.name, func(t *testing.T, m *nn.Model) {
			if m.Precision() == nn.INT8 {
				return
			}
			s := newSupervision(t, m, newGroup(m, 0, 1, 1))
			if m.PuzzleTable() == nil {
				s.run(t, true)
				require.ErrorContains(t, s.w.Backward(s.g, nil), "there is no puzzle embedding")
				return
			}
			s.gradients(t)
			want := slices.Clone(s.g.DPuzzles)
			require.NotZero(t, want)
			clear(s.g.DPuzzles)
			s.run(t, true)
			require.NoError(t, s.w.Backward(s.g, nil))
			require.Equal(t, want, s.g.DPuzzles)
			require.Zero(t, testing.AllocsPerRun(3, func() {
				if err := errors.Join(s.w.StepTrain(s.g), s.w.Backward(s.g, nil)); err != nil {
					panic(err)
				}
			}))
		})
	}
}
