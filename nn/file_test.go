package nn_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/trm"
)

// logitsOf runs a few puzzles through two steps.
func logitsOf(t *testing.T, m *nn.Model) []float32 {
	t.Helper()
	g := newGroup(m, 0, 1, 2)
	w := m.NewWorker(g.N, 1)
	require.NoError(t, w.Step(g))
	require.NoError(t, w.Step(g))
	return g.Answer().Logits
}

// read returns a new model of m's configuration with the weights of a file.
func read(t *testing.T, m *nn.Model, f *safetensors.File) (*nn.Model, error) {
	t.Helper()
	d, err := m.Config().(designer).Design()
	require.NoError(t, err)
	return nn.Read(d, f)
}

// load returns the model of a file, of the family of a model, as the file says
// it is configured.
func load(t *testing.T, family *nn.Model, f *safetensors.File) *nn.Model {
	t.Helper()
	kind, text := nn.FileModel(f)
	require.Equal(t, family.Kind(), kind)
	cfg := reflect.New(reflect.TypeOf(family.Config()))
	require.NoError(t, json.Unmarshal(text, cfg.Interface()))
	d, err := cfg.Interface().(designer).Design()
	require.NoError(t, err)
	m, err := nn.Read(d, f)
	require.NoError(t, err)
	return m
}

func TestSaveAndLoad(t *testing.T) {
	for _, v := range families {
		t.Run(v.name, func(t *testing.T) {
			m := newModel(t, v, asIs)
			path := filepath.Join(t.TempDir(), "m.safetensors")
			require.NoError(t, m.Save(path))
			f, err := safetensors.Open(path)
			require.NoError(t, err)
			defer f.Close()
			back := load(t, m, f)
			require.Equal(t, m.Config(), back.Config())
			require.Equal(t, m.Arch(), back.Arch())
			require.Equal(t, m.State(), back.State())
			require.Equal(t, logitsOf(t, m), logitsOf(t, back))

			// A loaded model is ready for training too.
			start := newGroup(m, 0, 1)
			grad, _ := newSupervision(t, m, start).gradients(t)
			loaded, _ := newSupervision(t, back, start).gradients(t)
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
func stateWith(m *nn.Model, prefix string) []safetensors.Tensor {
	var out []safetensors.Tensor
	for _, s := range m.State() {
		out = append(out, safetensors.Float32(prefix+s.Name, s.Value.Shape(), s.Value.Data()))
	}
	return out
}

// published is the prefix of the published files, with which models are saved.
const published = "_orig_mod.model.inner."

// prefixes are those of the published files: of torch.compile and
// data-parallel training, which may be there more than once and in any order, of
// the loss wrapper and of the ACT wrapper.
var prefixes = []string{
	"", "inner.", "model.inner.", "model.", "_orig_mod.", "_orig_mod.inner.", "_orig_mod.model.", "_orig_mod.model.inner.",
	"_orig_mod._orig_mod.model.inner.", "module.", "module._orig_mod.model.inner.", "_orig_mod.module.model.inner.", "model.module.inner.module.",
	"inner.inner.", "inner.model.",
}

func TestTrimPrefix(t *testing.T) {
	for _, p := range prefixes {
		for _, name := range []string{"H_init", "L_level.layers.0.mlp.down_proj.weight", "q_head.bias"} {
			require.Equal(t, name, nn.TrimPrefix(p+name))
		}
	}
	for _, name := range []string{"", "innermost.x", "models.x", "modules.x", "x.inner.y", "x.module.y", "L_level.model.x"} {
		require.Equal(t, name, nn.TrimPrefix(name))
	}
}

func TestLoadStateWithAnyPrefix(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			m := newModel(t, v, asIs)
			want := logitsOf(t, m)
			for _, p := range prefixes {
				back, err := read(t, m, file(t, nil, stateWith(m, p)))
				require.NoError(t, err, "prefix %q", p)
				require.Equal(t, want, logitsOf(t, back), "prefix %q", p)
			}
			mixed := stateWith(m, "")
			mixed[0] = stateWith(m, "model.inner.")[0]
			back, err := read(t, m, file(t, nil, mixed))
			require.NoError(t, err, "mixed prefixes")
			require.Equal(t, want, logitsOf(t, back), "mixed prefixes")
		})
	}
}

// The published files hold the initial state in bfloat16.
func TestLoadStateConvertsTypes(t *testing.T) {
	m := newModel(t, variants[0], asIs)
	state := stateWith(m, published)
	init := m.State()[0]
	require.Equal(t, "H_init", init.Name)
	for i := range init.Value.Data() {
		init.Value.Data()[i] = float32(i) / 4 // exact in eight bits
	}
	state[0] = safetensors.BFloat16(published+init.Name, init.Value.Shape(), init.Value.Data())
	back, err := read(t, m, file(t, nil, state))
	require.NoError(t, err)
	require.Equal(t, logitsOf(t, m), logitsOf(t, back))
}

func TestLoadStateErrors(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			m := newModel(t, v, asIs)
			for i, s := range m.State() {
				state := stateWith(m, published)
				_, err := read(t, m, file(t, nil, slices.Delete(slices.Clone(state), i, i+1)))
				require.ErrorContains(t, err, `tensor "`+s.Name+`" is missing`)

				shape := slices.Clone(s.Value.Shape())
				shape[0]++
				state[i] = safetensors.Float32(published+s.Name, shape, make([]float32, s.Value.Len()/(shape[0]-1)*shape[0]))
				_, err = read(t, m, file(t, nil, state))
				require.ErrorContains(t, err, `tensor "`+published+s.Name+`" has shape`)

				flat := append([]int{1}, s.Value.Shape()...)
				state[i] = safetensors.Float32(published+s.Name, flat, s.Value.Data())
				_, err = read(t, m, file(t, nil, state))
				require.ErrorContains(t, err, s.Name, "another rank")

				state[i] = safetensors.Int32(published+s.Name, s.Value.Shape(), make([]int32, s.Value.Len()))
				_, err = read(t, m, file(t, nil, state))
				require.ErrorContains(t, err, s.Name, "integers")
			}
			extra := append(stateWith(m, "model.inner."), safetensors.Float32("model.inner.L_level.layers.9.x", []int{1}, []float32{1}))
			_, err := read(t, m, file(t, nil, extra))
			require.ErrorContains(t, err, `tensor "model.inner.L_level.layers.9.x" does not belong to this model`)

			twice := append(stateWith(m, ""), safetensors.Float32("inner.q_head.bias", []int{2}, []float32{1, 2}))
			_, err = read(t, m, file(t, nil, twice))
			require.ErrorContains(t, err, "q_head.bias")
			require.ErrorContains(t, err, "are the same weight")
		})
	}
}

// A training checkpoint is a model with more tensors beside it.
func TestLoadStateLeavesTrainingStateAlone(t *testing.T) {
	m := newModel(t, variants[0], asIs)
	state := append(stateWith(m, published), safetensors.Float32(nn.TrainPrefix+"m", []int{3}, []float32{1, 2, 3}))
	back, err := read(t, m, file(t, nil, state))
	require.NoError(t, err)
	require.Equal(t, logitsOf(t, m), logitsOf(t, back))
}

// A failed load can be followed by one that works.
func TestLoadStateAfterFailure(t *testing.T) {
	m, other := newModel(t, variants[0], asIs), newModel(t, variants[0], asIs)
	for _, p := range other.Params().All() {
		clear(p.Value.Data())
	}
	require.Error(t, other.LoadState(file(t, nil, stateWith(m, "")[1:])))
	require.NoError(t, other.LoadState(file(t, nil, stateWith(m, ""))))
	require.Equal(t, logitsOf(t, m), logitsOf(t, other))
}

func TestFileModelNeedsMetadata(t *testing.T) {
	m := newModel(t, variants[0], asIs)
	whole, err := m.Metadata()
	require.NoError(t, err)
	for key := range whole {
		partial := map[string]string{}
		for k, v := range whole {
			if k != key {
				partial[k] = v
			}
		}
		kind, config := nn.FileModel(file(t, partial, stateWith(m, "")))
		require.Empty(t, kind, "without %s", key)
		require.Empty(t, config, "without %s", key)
	}
	kind, config := nn.FileModel(file(t, whole, nil))
	require.Equal(t, "trm", kind)
	require.Contains(t, string(config), `"seq_len":16`)
}

func TestSaveReportsBadPaths(t *testing.T) {
	m := newModel(t, variants[0], asIs)
	require.ErrorContains(t, m.Save(filepath.Join(t.TempDir(), "no", "such", "folder")), "nn: save model")
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

// What is saved has the published names.
func TestStateTensors(t *testing.T) {
	m := newModel(t, variants[0], asIs)
	require.ElementsMatch(t, file(t, nil, stateWith(m, published)).Names(), file(t, nil, m.StateTensors()).Names())
}

// What is saved has the published types, unless a number would lose bits.
func TestStateTensorsTypes(t *testing.T) {
	types := func(m *nn.Model) map[string]int {
		counts := map[string]int{}
		for _, s := range m.StateTensors() {
			info, err := s.Info()
			require.NoError(t, err)
			name := "other"
			if strings.HasSuffix(info.Name, "_init") {
				name = "init"
			}
			counts[name+" "+string(info.DType)]++
		}
		return counts
	}
	m := newModel(t, variants[0], asIs)
	rest := len(m.State()) - 2
	require.Equal(t, map[string]int{"init BF16": 2, "other F32": rest}, types(m))
	back := newModel(t, variants[0], asIs)
	require.NoError(t, back.LoadState(file(t, nil, m.StateTensors())))
	require.Equal(t, m.State(), back.State())

	m.State()[1].Value.Data()[0] += 1e-5
	require.Equal(t, map[string]int{"init BF16": 1, "init F32": 1, "other F32": rest}, types(m))
}

// A weight that is no number is reported with its name and place, wherever it
// is.
func TestLoadStateRejectsWhatIsNoNumber(t *testing.T) {
	m := newModel(t, families[len(families)-1], asIs)
	for i, s := range m.State() {
		for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			state := stateWith(m, published)
			data := slices.Clone(s.Value.Data())
			at := len(data) - 1 - i%2
			data[at] = float32(bad)
			state[i] = safetensors.Float32(published+s.Name, s.Value.Shape(), data)
			_, err := read(t, m, file(t, nil, state))
			require.ErrorContains(t, err, fmt.Sprintf("tensor %q: number %d is %v", published+s.Name, at, bad))
		}
	}
	state := stateWith(m, "")
	largest := slices.Repeat([]float32{math.MaxFloat32}, m.State()[0].Value.Len())
	state[0] = safetensors.Float32(m.State()[0].Name, m.State()[0].Value.Shape(), largest)
	_, err := read(t, m, file(t, nil, state))
	require.NoError(t, err, "the largest number is one")
}

// Read reports a design that no model can have, and one that the file is not
// of.
func TestReadErrors(t *testing.T) {
	for _, v := range []variant{variants[0], variants[1], variants[6]} {
		m := newModel(t, v, asIs)
		f := file(t, nil, stateWith(m, ""))
		for _, c := range []struct {
			name   string
			change func(a *nn.Arch)
			says   string
		}{
			{"other channels", func(a *nn.Arch) { a.HiddenSize, a.PuzzleEmbLen = 18, 2 }, "want [18]"},
			{"more layers", func(a *nn.Arch) { a.LLayers = 3 }, "L_level.layers.2"},
			{"fewer layers", func(a *nn.Arch) { a.LLayers = 1 }, "does not belong to this model"},
			{"other cells", func(a *nn.Arch) { a.PosEncodings, a.SeqLen = nn.PosLearned, 25 }, "embed_pos.embedding_weight"},
		} {
			d, err := v.config(c.change).Design()
			require.NoError(t, err)
			got, err := nn.Read(d, f)
			require.ErrorContains(t, err, c.says, "%s: %s", v.name, c.name)
			require.Nil(t, got)
		}
		d, err := m.Config().(designer).Design()
		require.NoError(t, err)
		_, err = nn.Read(d, nil)
		require.ErrorContains(t, err, "there are no tensors to read")
		_, err = nn.Read(nil, f)
		require.ErrorContains(t, err, "a design needs a kind")
		d.Arch.HiddenSize = -1
		_, err = nn.Read(d, f)
		require.ErrorContains(t, err, "hidden_size is -1")
	}
}

// Read gives up on a configuration that asks for far more than the file holds
// before it makes room for it.
func TestReadBelievesNoConfiguration(t *testing.T) {
	f := file(t, nil, []safetensors.Tensor{safetensors.Float32("H_init", []int{1}, []float32{1})})
	for name, change := range map[string]func(c *trm.Config){
		"channels":          func(c *trm.Config) { c.HiddenSize = 1 << 16 },
		"tokens":            func(c *trm.Config) { c.VocabSize, c.HiddenSize = 1<<16, 1<<15 },
		"identifiers":       func(c *trm.Config) { c.NumPuzzleIdentifiers = 1 << 15 },
		"learned positions": func(c *trm.Config) { c.PosEncodings, c.SeqLen = nn.PosLearned, 1<<16 },
		"mixed positions":   func(c *trm.Config) { c.MLPT, c.PosEncodings, c.SeqLen = true, nn.PosNone, 1<<16 },
		"layers":            func(c *trm.Config) { c.LLayers = 1 << 10 },
	} {
		c := trm.SudokuAttention()
		change(&c)
		d, err := c.Design()
		require.NoError(t, err, name)
		allocated := allocatedBy(func() { _, err = nn.Read(d, f) })
		require.ErrorContains(t, err, "nn: the configuration is of another model: ", name)
		require.Less(t, allocated, uint64(1<<20), name)
	}
}

// A model that is read costs its weights, and its first worker for inference
// the layout of them that products need, besides small buffers.
func TestMemoryOfRead(t *testing.T) {
	m := newModel(t, variants[0], func(a *nn.Arch) {
		a.HiddenSize, a.NumHeads, a.SeqLen, a.LLayers = 192, 4, 4, 6
	})
	f := file(t, nil, stateWith(m, ""))
	weights := uint64(4 * len(m.Params().Data()))
	require.Greater(t, weights, uint64(8<<20), "far more than all else")
	share := func(allocated uint64) float64 { return float64(allocated) / float64(weights) }

	var back *nn.Model
	require.InDelta(t, 1, share(allocatedBy(func() {
		var err error
		back, err = read(t, m, f)
		require.NoError(t, err)
	})), 0.1, "the weights")
	require.InDelta(t, 1, share(allocatedBy(func() { back.NewWorker(1, 1) })), 0.1, "a layout")
	require.InDelta(t, 0, share(allocatedBy(func() { back.NewWorker(1, 1) })), 0.1, "the same layout")
}

// allocatedBy returns the bytes that f allocates in all.
func allocatedBy(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
