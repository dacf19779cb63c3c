package train

import (
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/trm"
	"github.com/stretchr/testify/require"
)

// TestCheckpointRoundTrip: what was loaded saves as the same bytes, at the
// start, on the way and with and without averages.
func TestCheckpointRoundTrip(t *testing.T) {
	for _, kind := range allKinds() {
		for _, ema := range []float64{0, 0.9} {
			cfg := tinyConfig(5, 100)
			cfg.EMARate = ema
			tr := newTrainer(t, newModel(t, kind, tinyArch()), cfg, 2)
			for range 2 {
				path := saved(t, tr)
				again := newTrainer(t, newModel(t, kind, tinyArch()), cfg, 1)
				steps(t, again, 5) // none of which may be left
				require.NoError(t, again.LoadCheckpoint(path))
				require.Equal(t, fileHash(t, path), fileHash(t, saved(t, again)))
				require.Equal(t, tr.Batch(), again.Batch())
				steps(t, tr, 2)
				steps(t, again, 2)
				require.Equal(t, fileHash(t, saved(t, tr)), fileHash(t, saved(t, again)))
			}
		}
	}
}

// TestCheckpointIsAModel: the model alone reads from a checkpoint.
func TestCheckpointIsAModel(t *testing.T) {
	for _, kind := range allKinds() {
		m := newModel(t, kind, tinyArch())
		tr := newTrainer(t, m, tinyConfig(5, 100), 1)
		steps(t, tr, 3)
		path := saved(t, tr)
		read := readModel(t, path)
		require.Equal(t, m.Params().Data(), read.Params().Data())
		require.Equal(t, answers(t, m), answers(t, read))
	}
}

// readModel reads a file as a model and nothing more.
func readModel(t *testing.T, path string) *nn.Model {
	t.Helper()
	f, err := safetensors.Open(path)
	require.NoError(t, err)
	defer f.Close()
	kind, config := nn.FileModel(f)
	var cfg interface{ Design() (*nn.Design, error) } = new(trm.Config)
	if kind == hrm.Kind {
		cfg = new(hrm.Config)
	}
	require.NoError(t, json.Unmarshal(config, cfg))
	d, err := cfg.Design()
	require.NoError(t, err)
	m, err := nn.Read(d, f)
	require.NoError(t, err)
	return m
}

// TestPlainModelIsNoCheckpoint: a saved model has nothing to go on from.
func TestPlainModelIsNoCheckpoint(t *testing.T) {
	m := newModel(t, kindMLP, tinyArch())
	path := filepath.Join(t.TempDir(), "model.safetensors")
	require.NoError(t, m.Save(path))
	require.ErrorContains(t, newTrainer(t, m, tinyConfig(5, 100), 1).LoadCheckpoint(path), metaTrain)
}

func TestDifferentRun(t *testing.T) {
	path := saved(t, newTrainer(t, newModel(t, kindHRM, tinyArch()), tinyConfig(5, 100), 1))
	before := fileHash(t, path)
	type run struct {
		kind string
		arch nn.Arch
		cfg  Config
	}
	for name, edit := range map[string]func(*run){
		"kind":     func(r *run) { r.kind = kindSingle },
		"cycles":   func(r *run) { r.arch.HCycles++ },
		"halting":  func(r *run) { r.arch.HaltMaxSteps++ },
		"vocab":    func(r *run) { r.arch.VocabSize++ },
		"batch":    func(r *run) { r.cfg.BatchSize++ },
		"steps":    func(r *run) { r.cfg.Steps++ },
		"rate":     func(r *run) { r.cfg.LR = math.Nextafter(r.cfg.LR, 1) },
		"averages": func(r *run) { r.cfg.EMARate = 0 },
		"seed":     func(r *run) { r.cfg.Seed++ },
	} {
		t.Run(name, func(t *testing.T) {
			r := run{kindHRM, tinyArch(), tinyConfig(5, 100)}
			edit(&r)
			tr := newTrainer(t, newModel(t, r.kind, r.arch), r.cfg, 1)
			require.ErrorIs(t, tr.LoadCheckpoint(path), ErrDifferentRun)
			_, err := tr.Step()
			require.ErrorIs(t, err, ErrDifferentRun, "it must not train on")
			require.Equal(t, before, fileHash(t, path))
		})
	}
	cfg := tinyConfig(5, 100)
	cfg.Steps, cfg.Precision = 90, nn.BF16
	err := newTrainer(t, newModel(t, kindHRM, tinyArch()), cfg, 1).LoadCheckpoint(path)
	require.ErrorContains(t, err, "different run: total_steps is 100, want 90, forward_dtype is float32, want bfloat16")
}

// contents is a checkpoint taken apart.
type contents struct {
	meta    map[string]string
	tensors map[string]safetensors.Tensor
}

func readContents(t testing.TB, path string) contents {
	t.Helper()
	f, err := safetensors.Open(path)
	require.NoError(t, err)
	defer f.Close()
	c := contents{f.Metadata(), map[string]safetensors.Tensor{}}
	for _, name := range f.Names() {
		info, _ := f.Info(name)
		data := make([]byte, info.Bytes)
		require.NoError(t, f.ReadBytes(name, data))
		c.tensors[name] = safetensors.Raw(name, info.DType, info.Shape, data)
	}
	return c
}

// ints puts a vector of integers in the place of another tensor.
func (c contents) ints(name string, data ...int64) {
	c.tensors[name] = safetensors.Int64(name, []int{len(data)}, data)
}

func TestDamagedCheckpoint(t *testing.T) {
	const size = 2
	cells := func(at int, x int64) []int64 { // of the whole batch
		v := make([]int64, size*16)
		v[at] = x
		return v
	}
	for _, c := range []struct {
		name string
		edit func(c contents)
		want string
	}{
		{"nothing", func(contents) {}, ""},
		{"more under train.", func(c contents) { c.ints("train.later", 1) }, ""},
		{"same numbers, wider", func(c contents) { c.ints(tensorSteps, 1, 3) }, ""},
		{"unknown tensor", func(c contents) { c.ints("other", 1) }, "other"},
		{"no metadata", func(c contents) { clear(c.meta) }, "different run"},
		{"no settings", func(c contents) { delete(c.meta, metaTrain) }, metaTrain},
		{"settings of another form", func(c contents) { c.meta[metaTrain] = `{"step":"x"}` }, metaTrain},
		{"negative step", func(c contents) { c.meta[metaTrain] = strings.Replace(c.meta[metaTrain], `"step":4`, `"step":-4`, 1) }, metaTrain},
		{"long average", func(c contents) { c.tensors[tensorEMA] = safetensors.Float32(tensorEMA, []int{2}, []float32{1, 2}) }, tensorEMA},
		{"moments of whole numbers", func(c contents) { c.ints(tensorAdamM, 1) }, tensorAdamM},
		{"weight of another shape", func(c contents) {
			const name = statePrefix + "q_head.bias"
			c.tensors[name] = safetensors.Float32(name, []int{2, 1}, []float32{1, 2})
		}, "q_head.bias"},
		{"steps with fractions", func(c contents) {
			c.tensors[tensorSteps] = safetensors.Float32(tensorSteps, []int{size}, make([]float32, size))
		}, tensorSteps},
		{"a row too few", func(c contents) { c.ints(tensorIDs, 0) }, tensorIDs},
		{"large number", func(c contents) { c.ints(tensorIDs, 0, 1<<32) }, "does not fit"},
		{"large identifier", func(c contents) { c.ints(tensorIDs, 0, 3) }, "row 1: nn: puzzle identifier 3"},
		{"negative identifier", func(c contents) { c.ints(tensorIDs, -1, 0) }, "row 0: nn: puzzle identifier -1"},
		{"large token", func(c contents) { c.ints(tensorInputs, cells(17, 6)...) }, "row 1: nn: token 6 in cell 1"},
		{"negative token", func(c contents) { c.ints(tensorInputs, cells(0, -1)...) }, "row 0: nn: token -1 in cell 0"},
		{"large label", func(c contents) { c.ints(tensorLabels, cells(31, 6)...) }, "row 1: label 6 in cell 15"},
		{"negative label", func(c contents) { c.ints(tensorLabels, cells(2, -99)...) }, "row 0: label -99 in cell 2"},
		{"steps below none", func(c contents) { c.ints(tensorSteps, 1, math.MinInt32) }, "row 1: -2147483648 supervision steps"},
		{"no steps", func(c contents) { c.ints(tensorSteps, 0, 1) }, "row 0: 0 supervision steps"},
		{"too many steps", func(c contents) { c.ints(tensorSteps, 4, 1) }, "row 0: 4 supervision steps"},
		{"bad token in a halted row", func(c contents) {
			c.ints(tensorInputs, cells(0, -1)...)
			c.ints(tensorHalted, 1, 0)
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			whole := runningCheckpoint(t)
			c.edit(whole)
			requireLoad(t, write(t, whole), c.want)
		})
	}
}

// runningCheckpoint is of a batch of two rows, both running.
func runningCheckpoint(t testing.TB) contents {
	t.Helper()
	tr := newTrainer(t, newModel(t, kindGroups, tinyArch()), tinyConfig(2, 100), 1)
	steps(t, tr, 4)
	copy(tr.batch.halted, []bool{false, false})
	copy(tr.batch.steps, []int32{1, 3})
	return readContents(t, saved(t, tr))
}

func write(t testing.TB, c contents) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "edited.safetensors")
	require.NoError(t, safetensors.WriteFile(path, c.meta, slices.Collect(maps.Values(c.tensors))))
	return path
}

// requireLoad loads a checkpoint like that of runningCheckpoint, and goes on
// from it if want, what the error must say, is empty.
func requireLoad(t *testing.T, path, want string) {
	t.Helper()
	tr := newTrainer(t, newModel(t, kindGroups, tinyArch()), tinyConfig(2, 100), 1)
	err := tr.LoadCheckpoint(path)
	if want == "" {
		require.NoError(t, err)
		steps(t, tr, 2)
		return
	}
	require.ErrorContains(t, err, "train: load checkpoint")
	require.ErrorContains(t, err, path)
	require.ErrorContains(t, err, want)
}

// statePrefix is in front of the names of weights.
const statePrefix = "_orig_mod.model.inner."

func TestCheckpointWithoutATensor(t *testing.T) {
	whole := runningCheckpoint(t)
	for name := range whole.tensors {
		t.Run(name, func(t *testing.T) {
			c := contents{whole.meta, maps.Clone(whole.tensors)}
			delete(c.tensors, name)
			requireLoad(t, write(t, c), strings.TrimPrefix(name, statePrefix))
		})
	}
}

func TestTruncatedCheckpoint(t *testing.T) {
	data, err := os.ReadFile(write(t, runningCheckpoint(t)))
	require.NoError(t, err)
	for _, n := range []int{0, 1, 7, 8, 9, 100, len(data) / 2, len(data) - 1} {
		path := filepath.Join(t.TempDir(), "short.safetensors")
		require.NoError(t, os.WriteFile(path, data[:n], 0o666))
		requireLoad(t, path, "safetensors")
	}
	requireLoad(t, filepath.Join(t.TempDir(), "missing.safetensors"), "no such file")
	requireLoad(t, t.TempDir(), "not a regular file")
}

func TestFileProgress(t *testing.T) {
	whole := runningCheckpoint(t)
	open := func() *safetensors.File {
		f, err := safetensors.Open(write(t, whole))
		require.NoError(t, err)
		t.Cleanup(func() { f.Close() })
		return f
	}
	p, err := FileProgress(open())
	require.NoError(t, err)
	require.Equal(t, &Progress{tinyConfig(2, 100), 4}, p)
	whole.meta[metaTrain] = "{"
	_, err = FileProgress(open())
	require.ErrorContains(t, err, metaTrain)
	delete(whole.meta, metaTrain)
	p, err = FileProgress(open())
	require.NoError(t, err)
	require.Nil(t, p)
}

// TestCheckpointSettings: the settings stand in the file, under the published
// names.
func TestCheckpointSettings(t *testing.T) {
	var p struct {
		Config map[string]any `json:"config"`
		Step   uint64         `json:"step"`
	}
	require.NoError(t, json.Unmarshal([]byte(runningCheckpoint(t).meta[metaTrain]), &p))
	require.Equal(t, uint64(4), p.Step)
	require.Equal(t, 2.0, p.Config["global_batch_size"])
	require.Equal(t, 1e-3, p.Config["lr"])
}
