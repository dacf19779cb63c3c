package nn_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

// stepTolerance is that of layers with room for the rounding of four or more
// networks in a row.
const stepTolerance = 1e-3

// supervision is one supervision step of a few puzzles and its loss: that of
// training with fixed targets for the halting values.
type supervision struct {
	m      nn.Model
	w      nn.Worker
	start  *nn.Group // with the carry that the step begins with
	g      *nn.Group
	labels []int32
}

func newSupervision(m nn.Model, start *nn.Group) *supervision {
	s := &supervision{m: m, w: m.NewWorker(start.N, true), start: start, g: copyGroup(start)}
	for i := range start.N * m.Spec().SeqLen {
		label := int32(i*i) % int32(m.Spec().VocabSize)
		if i%7 == 3 {
			label = nn.IgnoreLabel
		}
		s.labels = append(s.labels, label)
	}
	return s
}

// run takes the step from the start and returns the loss, leaving its
// gradients in the group.
func (s *supervision) run(train bool) float64 {
	a, g := s.m.Spec(), s.g
	copy(g.ZH, s.start.ZH)
	copy(g.ZL, s.start.ZL)
	if train {
		s.w.StepTrain(g)
	} else {
		s.w.Step(g)
	}
	entropy := nn.CrossEntropy{Softmax: a.LossType == nn.LossSoftmax}
	size, sum := a.SeqLen*a.VocabSize, 0.0
	for i := range g.N {
		sum += entropy.Forward(g.Logits[i*size:(i+1)*size], s.labels[i*a.SeqLen:(i+1)*a.SeqLen], g.DLogits[i*size:(i+1)*size], 1)
		for j, target := range []float64{float64(i % 2), 0.3} {
			if j == 1 && !s.m.QLearning() {
				g.DQ[2*i+1] = 0
				continue
			}
			loss, slope := nn.BCEWithLogits(float64(g.Q[2*i+j]), target)
			sum += 0.5 * loss
			g.DQ[2*i+j] = float32(0.5 * slope)
		}
	}
	return sum
}

// gradients returns the parameter gradients of a step and those of the puzzle
// table, rows of equal identifiers added up.
func (s *supervision) gradients() (grad, table []float32) {
	s.run(true)
	grad = s.m.Params().NewVector()
	s.w.Backward(s.g, grad)
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
func warmCarry(m nn.Model, g *nn.Group) {
	m.NewWorker(g.N, false).Step(g)
}

// A step that is differentiated from end to end: TRM with one H cycle, HRM
// with one update of each network.
func TestStepGradients(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			m := newModel(t, v, oneCycle(v))
			g := newGroup(m, 0, 1, 2)
			warmCarry(m, g)
			s := newSupervision(m, g)
			grad, table := s.gradients()
			f := func() float64 {
				m.Pack(nn.FP32, false)
				return s.run(false)
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
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			m := newModel(t, v, asIs)
			s := newSupervision(m, newGroup(m, 0, 1))
			grad, _ := s.gradients()
			twice := append([]float32(nil), grad...)
			s.run(true)
			s.w.Backward(s.g, twice)
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
				warmCarry(whole, g)
				s := newSupervision(whole, g)
				grad, table := s.gradients()

				carry := copyGroup(g)
				earlier(t, v, carry)
				s1 := newSupervision(last, carry)
				grad1, table1 := s1.gradients()
				require.Equal(t, s.g.Logits, s1.g.Logits)
				require.Equal(t, s.g.ZL, s1.g.ZL)
				require.Equal(t, s.g.ZH, s1.g.ZH)
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
	w := newModel(t, v, func(a *nn.Arch) { a.HCycles = 1 }).NewWorker(g.N, false)
	w.Step(g)
	if v.name[:3] != "hrm" {
		return
	}
	zH := append([]float32(nil), g.ZH...)
	newModel(t, v, oneCycle(v)).NewWorker(g.N, false).Step(g)
	copy(g.ZH, zH) // as if z_L alone had been updated
}
