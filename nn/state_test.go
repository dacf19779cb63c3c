package nn_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
)

// logitsOf runs a few puzzles through two steps.
func logitsOf(m nn.Model) []float32 {
	g := newGroup(m, 0, 1, 2)
	w := m.NewWorker(g.N, false)
	w.Step(g)
	w.Step(g)
	return g.Logits
}

func TestSaveAndLoad(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			m := newModel(t, v, asIs)
			path := filepath.Join(t.TempDir(), "m.safetensors")
			require.NoError(t, nn.Save(m, path))
			back, err := v.load(path)
			require.NoError(t, err)
			_, want := m.Describe()
			_, got := back.Describe()
			require.Equal(t, want, got)
			require.Equal(t, m.State(), back.State())
			require.Equal(t, logitsOf(m), logitsOf(back))

			// A loaded model is ready for training too.
			start := newGroup(m, 0, 1)
			grad, _ := newSupervision(m, start).gradients()
			loaded, _ := newSupervision(back, start).gradients()
			require.Equal(t, grad, loaded)
		})
	}
}

// file returns a safetensors file in memory.
func file(t *testing.T, meta map[string]string, tensors []safetensors.Tensor) *safetensors.File {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, safetensors.Write(&b, meta, tensors))
	f, err := safetensors.NewFile(bytes.NewReader(b.Bytes()), int64(b.Len()), "test.safetensors")
	require.NoError(t, err)
	return f
}

// stateWith returns the state dict of m under a prefix.
func stateWith(m nn.Model, prefix string) []safetensors.Tensor {
	var out []safetensors.Tensor
	for _, s := range m.State() {
		out = append(out, safetensors.Float32(prefix+s.Name, s.Value.Shape(), s.Value.Data()))
	}
	return out
}

// prefixes are those of the published files: of torch.compile, which may be
// there more than once, of the loss wrapper and of the ACT wrapper.
var prefixes = []string{
	"", "inner.", "model.inner.", "model.", "_orig_mod.", "_orig_mod.inner.", "_orig_mod.model.", "_orig_mod.model.inner.",
	"_orig_mod._orig_mod.model.inner.",
}

func TestTrimPrefix(t *testing.T) {
	require.Contains(t, prefixes, nn.StatePrefix)
	for _, p := range prefixes {
		for _, name := range []string{"H_init", "L_level.layers.0.mlp.down_proj.weight", "q_head.bias"} {
			require.Equal(t, name, nn.TrimPrefix(p+name))
		}
	}
	for _, name := range []string{"", "innermost.x", "models.x", "x.inner.y", "L_level.model.x"} {
		require.Equal(t, name, nn.TrimPrefix(name))
	}
}

func TestLoadStateWithAnyPrefix(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			m := newModel(t, v, asIs)
			want := logitsOf(m)
			for _, p := range prefixes {
				back, err := v.read(m, file(t, nil, stateWith(m, p)))
				require.NoError(t, err, "prefix %q", p)
				require.Equal(t, want, logitsOf(back), "prefix %q", p)
			}
			mixed := stateWith(m, "")
			mixed[0] = stateWith(m, "model.inner.")[0]
			back, err := v.read(m, file(t, nil, mixed))
			require.NoError(t, err, "mixed prefixes")
			require.Equal(t, want, logitsOf(back), "mixed prefixes")
		})
	}
}

// The published files hold the initial state in bfloat16.
func TestLoadStateConvertsTypes(t *testing.T) {
	m := newModel(t, variants[0], asIs)
	state := stateWith(m, nn.StatePrefix)
	init := m.State()[0]
	require.Equal(t, "H_init", init.Name)
	for i := range init.Value.Data() {
		init.Value.Data()[i] = float32(i) / 4 // exact in eight bits
	}
	state[0] = safetensors.BFloat16(nn.StatePrefix+init.Name, init.Value.Shape(), init.Value.Data())
	back, err := variants[0].read(m, file(t, nil, state))
	require.NoError(t, err)
	require.Equal(t, logitsOf(m), logitsOf(back))
}

func TestLoadStateErrors(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			m := newModel(t, v, asIs)
			for i, s := range m.State() {
				state := stateWith(m, nn.StatePrefix)
				_, err := v.read(m, file(t, nil, slices.Delete(slices.Clone(state), i, i+1)))
				require.ErrorContains(t, err, `tensor "`+s.Name+`" is missing`)

				shape := slices.Clone(s.Value.Shape())
				shape[0]++
				state[i] = safetensors.Float32(nn.StatePrefix+s.Name, shape, make([]float32, s.Value.Len()/(shape[0]-1)*shape[0]))
				_, err = v.read(m, file(t, nil, state))
				require.ErrorContains(t, err, `tensor "`+nn.StatePrefix+s.Name+`" has shape`)

				flat := append([]int{1}, s.Value.Shape()...)
				state[i] = safetensors.Float32(nn.StatePrefix+s.Name, flat, s.Value.Data())
				_, err = v.read(m, file(t, nil, state))
				require.ErrorContains(t, err, s.Name, "another rank")

				state[i] = safetensors.Int32(nn.StatePrefix+s.Name, s.Value.Shape(), make([]int32, s.Value.Len()))
				_, err = v.read(m, file(t, nil, state))
				require.ErrorContains(t, err, s.Name, "integers")
			}
			extra := append(stateWith(m, "model.inner."), safetensors.Float32("model.inner.L_level.layers.9.x", []int{1}, []float32{1}))
			_, err := v.read(m, file(t, nil, extra))
			require.ErrorContains(t, err, `tensor "model.inner.L_level.layers.9.x" does not belong to this model`)

			twice := append(stateWith(m, ""), safetensors.Float32("inner.q_head.bias", []int{2}, []float32{1, 2}))
			_, err = v.read(m, file(t, nil, twice))
			require.ErrorContains(t, err, "q_head.bias")
			require.ErrorContains(t, err, "are the same weight")
		})
	}
}

// A training checkpoint is a model with more tensors beside it.
func TestLoadStateLeavesTrainingStateAlone(t *testing.T) {
	m := newModel(t, variants[0], asIs)
	state := append(stateWith(m, nn.StatePrefix), safetensors.Float32(nn.TrainPrefix+"m", []int{3}, []float32{1, 2, 3}))
	back, err := variants[0].read(m, file(t, nil, state))
	require.NoError(t, err)
	require.Equal(t, logitsOf(m), logitsOf(back))
}

// A failed load can be followed by one that works.
func TestLoadStateAfterFailure(t *testing.T) {
	m, other := newModel(t, variants[0], asIs), newModel(t, variants[0], asIs)
	for _, p := range other.Params().All() {
		clear(p.Value.Data())
	}
	require.Error(t, nn.LoadState(other, file(t, nil, stateWith(m, "")[1:])))
	require.NoError(t, nn.LoadState(other, file(t, nil, stateWith(m, ""))))
	require.Equal(t, logitsOf(m), logitsOf(other))
}

func TestFileModelNeedsMetadata(t *testing.T) {
	m := newModel(t, variants[0], asIs)
	whole, err := nn.Metadata(m)
	require.NoError(t, err)
	for key := range whole {
		partial := map[string]string{}
		for k, v := range whole {
			if k != key {
				partial[k] = v
			}
		}
		_, _, err := nn.FileModel(file(t, partial, stateWith(m, "")))
		require.ErrorContains(t, err, "does not say what model it holds", "without %s", key)
	}
	kind, config, err := nn.FileModel(file(t, whole, nil))
	require.NoError(t, err)
	require.Equal(t, "trm", kind)
	require.Contains(t, string(config), `"seq_len":16`)
}

func TestSaveReportsBadPaths(t *testing.T) {
	m := newModel(t, variants[0], asIs)
	require.ErrorContains(t, nn.Save(m, filepath.Join(t.TempDir(), "no", "such", "folder")), "nn: save model")
}

// Models drawn from the same source of randomness are equal.
func TestWeightsFollowTheRNG(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			one, err := v.build(asIs)
			require.NoError(t, err)
			two, err := v.build(asIs)
			require.NoError(t, err)
			require.Equal(t, one.State(), two.State())

			seen := map[string]bool{}
			for _, s := range one.State() {
				require.False(t, seen[s.Name], "%s twice", s.Name)
				seen[s.Name] = true
			}
		})
	}
}
