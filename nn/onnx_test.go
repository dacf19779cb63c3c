package nn_test

import (
	"bytes"
	"errors"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// onnxVariants adds what graphs could get wrong to the variants of all tests.
var onnxVariants = append(slices.Clone(families),
	trmVariant("trm without positions", func(c *trm.Config) { c.PosEncodings, c.PuzzleEmbLen = nn.PosNone, 5 }),
	trmVariant("trm mlp, single latent", func(c *trm.Config) { c.MLPT, c.SingleLatent = true, true }),
	trmVariant("trm all groups", func(c *trm.Config) {
		c.PosEncodings, c.NumHeads, c.HeadGroups = nn.PosNone, 4, []string{"row", "column", "box", "all"}
	}),
	trmVariant("trm filled prefix", func(c *trm.Config) { c.PuzzleEmbNDim, c.LCycles = 12, 3 }),
	hrmVariant("hrm without positions or puzzle embedding", func(c *hrm.Config) { c.PosEncodings, c.PuzzleEmbNDim, c.HCycles = nn.PosNone, 0, 3 }),
)

func export(t *testing.T, m *nn.Model) *onnxModel {
	var out bytes.Buffer
	require.NoError(t, m.WriteONNX(&out))
	return parseONNX(t, out.Bytes())
}

// The graph, evaluated in float64, computes what the model does: two steps in
// a row, the second of which starts one of the puzzles over. It is given the
// state that the model had then: a network of random weights may magnify the
// rounding of one step many times in the next.
func TestONNXComputesTheStep(t *testing.T) {
	for _, v := range onnxVariants {
		t.Run(v.name, func(t *testing.T) {
			m := newModel(t, v, asIs)
			graph := export(t, m)
			g := newGroup(m, 3, 0, 1)
			w := m.NewWorker(g.N, 1)
			carry := map[string][]float64{} // what the first step is given is of no meaning
			for name, z := range states(m, g) {
				carry[name] = slices.Repeat([]float64{math.NaN()}, len(z))
			}
			for _, reset := range [][]float64{{1, 1, 1}, {0, 1, 0}} {
				out := graph.run(t, feeds(m, g, reset, carry))
				restart(m, g, reset)
				require.NoError(t, w.Step(g))
				requireClose(t, g.Answer().Logits, out["logits"].data, "logits")
				requireClose(t, g.Answer().Q, interleave(out["q_halt_logits"].data, out["q_continue_logits"].data), "q")
				for name, z := range states(m, g) {
					requireClose(t, z, out[name+"_out"].data, name)
					carry[name] = numbers(z)
				}
				for name, value := range graph.outputs {
					require.Equal(t, value.of(g.N), out[name].shape, name)
				}
			}
		})
	}
}

// states returns the parts of the carry by their names in the graph.
func states(m *nn.Model, g *nn.Group) map[string][]float32 {
	s := map[string][]float32{}
	for i, name := range m.States() {
		s[name] = g.Carry.State(i)
	}
	return s
}

// restart puts the puzzles to be reset into their initial state.
func restart(m *nn.Model, g *nn.Group, reset []float64) {
	for i, r := range reset {
		if r != 0 {
			m.Reset(&g.Carry, i)
		}
	}
}

// feeds returns the inputs of a graph, exactly those that it is to have.
func feeds(m *nn.Model, g *nn.Group, reset []float64, carry map[string][]float64) map[string]array {
	a := m.Arch()
	in := map[string]array{
		"inputs": {[]int{g.N, a.SeqLen}, numbers(g.Inputs)},
		"reset":  {[]int{g.N}, reset},
	}
	if m.PuzzleTable() != nil {
		in["puzzle_identifiers"] = array{[]int{g.N}, numbers(g.PuzzleIDs)}
	}
	for name, z := range carry {
		in[name] = array{[]int{g.N, a.Positions(), a.HiddenSize}, z}
	}
	return in
}

func numbers[T int32 | float32](x []T) []float64 {
	var list []float64
	for _, v := range x {
		list = append(list, float64(v))
	}
	return list
}

func interleave(a, b []float64) []float64 {
	var list []float64
	for i := range a {
		list = append(list, a[i], b[i])
	}
	return list
}

func (v onnxValue) of(batch int) []int {
	shape := slices.Clone(v.shape)
	shape[0] = batch
	return shape
}

// requireClose allows for the rounding of a model in float32, a few times
// 1e-6 of the largest number.
func requireClose(t *testing.T, want []float32, got []float64, what string) {
	t.Helper()
	require.Len(t, got, len(want), what)
	top, worst := 0.0, 0.0
	for i, w := range want {
		top = max(top, math.Abs(float64(w)))
		worst = max(worst, math.Abs(got[i]-float64(w)))
	}
	require.False(t, math.IsNaN(worst), what)
	require.LessOrEqual(t, worst, 5e-5*top, what)
}

func TestONNXInterface(t *testing.T) {
	const float, integer, boolean = 1, 7, 9
	for _, v := range onnxVariants {
		t.Run(v.name, func(t *testing.T) {
			m := newModel(t, v, asIs)
			a, graph := m.Arch(), export(t, m)
			state := onnxValue{float, []int{-1, a.Positions(), a.HiddenSize}}
			in := map[string]onnxValue{
				"inputs": {integer, []int{-1, a.SeqLen}}, "puzzle_identifiers": {integer, []int{-1}}, "reset": {boolean, []int{-1}},
			}
			out := map[string]onnxValue{
				"logits": {float, []int{-1, a.SeqLen, a.VocabSize}}, "q_halt_logits": {float, []int{-1}}, "q_continue_logits": {float, []int{-1}},
			}
			for _, name := range m.States() {
				in[name], out[name+"_out"] = state, state
			}
			if m.PuzzleTable() == nil {
				delete(in, "puzzle_identifiers")
			}
			require.Equal(t, in, graph.inputs)
			require.Equal(t, out, graph.outputs)
			meta, err := m.Metadata()
			require.NoError(t, err)
			require.Equal(t, meta, graph.metadata)
		})
	}
}

// Every name has one meaning, every value is used, and the weights are there
// once although the networks are called again and again.
func TestONNXStructure(t *testing.T) {
	for _, v := range onnxVariants {
		t.Run(v.name, func(t *testing.T) {
			m := newModel(t, v, asIs)
			graph := export(t, m)
			used := map[string]int{}
			for name := range graph.constants {
				used[name] = 0
			}
			for name := range graph.inputs {
				require.NotContains(t, used, name)
				used[name] = 0
			}
			for _, n := range graph.nodes {
				for _, name := range n.in {
					require.Contains(t, used, name)
					used[name]++
				}
				for _, name := range n.out {
					require.NotContains(t, used, name)
					used[name] = 0
				}
			}
			for name := range graph.outputs {
				require.Contains(t, used, name)
				used[name]++
			}
			for name, uses := range used {
				require.Positive(t, uses, name)
			}
			requireWeightsOnce(t, m, graph)
		})
	}
}

// requireWeightsOnce checks that the numbers of each tensor of the state dict
// are in the graph exactly once, under its name or in parts whose names begin
// with it.
func requireWeightsOnce(t *testing.T, m *nn.Model, graph *onnxModel) {
	rest := maps.Clone(graph.constants)
	for _, s := range m.State() {
		var got []float64
		for name, c := range graph.constants {
			if name == s.Name || strings.HasPrefix(name, s.Name+".") {
				got = append(got, c.data...)
				delete(rest, name)
			}
		}
		var want []float64
		for _, x := range s.Value.Data() {
			want = append(want, float64(x))
		}
		slices.Sort(want)
		slices.Sort(got)
		require.Equal(t, want, got, s.Name)
	}
	for name := range rest {
		require.True(t, strings.HasPrefix(name, "constant_"), name)
	}
}

func TestSaveONNX(t *testing.T) {
	m := newModel(t, variants[0], asIs)
	var want bytes.Buffer
	require.NoError(t, m.WriteONNX(&want))
	path := filepath.Join(t.TempDir(), "model.onnx")
	require.NoError(t, m.SaveONNX(path))
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Equal(want.Bytes(), got), "two exports of one model are the same")
	require.ErrorContains(t, m.SaveONNX(t.TempDir()), "nn: export model: ")
	require.ErrorIs(t, m.WriteONNX(broken{}), errBroken)
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }
