package nn

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/tensor"
	"github.com/rereadml/reread/tensor/safetensors"
)

// statePrefix is what the published training code puts in front of every name
// of its saved state dicts.
const statePrefix = "_orig_mod.model.inner."

// TrainPrefix is in front of the names of a training checkpoint's tensors that
// are no part of the model.
const TrainPrefix = "train."

// wrappers are what torch.compile, data-parallel training and the ACT and loss
// wrappers put in front of a tensor's name.
var wrappers = []string{"_orig_mod.", "module.", "model.", "inner."}

// TrimPrefix returns a tensor's name without what training code puts in front
// of it, in any combination.
func TrimPrefix(name string) string {
	for i := 0; i < len(wrappers); i++ {
		if short, ok := strings.CutPrefix(name, wrappers[i]); ok {
			name, i = short, -1
		}
	}
	return name
}

// checkTensorName reports the beginning of a tensor's name that reading a file
// would take for a prefix.
func checkTensorName(name string) error {
	if short := TrimPrefix(name); short != name {
		return fmt.Errorf("%q is a prefix in files", strings.TrimSuffix(name, short))
	}
	if strings.HasPrefix(name, TrainPrefix) {
		return fmt.Errorf("%q is a prefix in files", TrainPrefix)
	}
	return nil
}

// LoadState reads all tensors of the model's state dict from f, and lays the
// weights out anew if they were. The file's names may carry any published
// prefix; those under [TrainPrefix] are left alone. A missing tensor, one of
// another shape, one that the model does not have and a number that is not
// finite are errors, and leave the model unusable until a successful load.
func (m *Model) LoadState(f tensor.Source) error {
	stored := map[string]string{}
	for _, name := range f.Names() {
		if strings.HasPrefix(name, TrainPrefix) {
			continue
		}
		short := TrimPrefix(name)
		if other, twice := stored[short]; twice {
			return fmt.Errorf("nn: tensors %q and %q are the same weight", other, name)
		}
		stored[short] = name
	}
	for _, t := range m.State() {
		name, ok := stored[t.Name]
		if !ok {
			return fmt.Errorf("nn: tensor %q is missing", t.Name)
		}
		if err := readTensor(f, name, t); err != nil {
			return fmt.Errorf("nn: %w", err)
		}
		delete(stored, t.Name)
	}
	for _, name := range f.Names() {
		if stored[TrimPrefix(name)] == name {
			return fmt.Errorf("nn: tensor %q does not belong to this model", name)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.packed != (packing{}) {
		m.pack(m.packed)
	}
	return nil
}

// readTensor reads a tensor that is stored under a name.
func readTensor(f tensor.Source, name string, t Tensor) error {
	info, _ := f.Info(name)
	if want := t.Value.Shape(); !slices.Equal(info.Shape, want) {
		return fmt.Errorf("tensor %q has shape %v, want %v", name, info.Shape, want)
	}
	if err := f.ReadFloat32(name, t.Value.Data()); err != nil {
		return err
	}
	for i, x := range t.Value.Data() {
		if x-x != 0 { // infinite or not a number
			return fmt.Errorf("tensor %q: number %d is %v", name, i, x)
		}
	}
	return nil
}

// checkSize reports a large configuration whose weights have more numbers than
// the whole file, before anything is allocated for it. What is small is left
// to [Model.LoadState], which names the tensor that is missing.
func checkSize(d *Design, f tensor.Source) error {
	const small = 1 << 22
	stored := int64(small)
	for _, name := range f.Names() {
		info, _ := f.Info(name)
		stored += int64(info.Elements())
	}
	a := &d.Arch
	positions, channels := int64(a.Positions()), int64(a.HiddenSize)
	rows, layers := 2*int64(a.VocabSize), int64(0)
	if a.PosEncodings == PosLearned {
		rows += positions
	}
	for _, l := range d.levels {
		mixing := 4 * channels * channels
		if l.tokenMLP {
			mixing = 3 * int64(a.InnerSize(a.Positions())) * positions
		}
		layers += int64(l.layers) * (mixing + 3*int64(a.channelInner())*channels)
	}
	for _, part := range []struct {
		name    string
		numbers int64
	}{
		{"embeddings and head", rows * channels},
		{"puzzle embedding", int64(a.NumPuzzleIdentifiers) * int64(a.PuzzleEmbNDim)},
		{"layers", layers},
	} {
		if part.numbers > stored {
			return fmt.Errorf("nn: the configuration is of another model: for its %s alone it has %d numbers, the whole file %d", part.name, part.numbers, stored-small)
		}
	}
	return nil
}

// StateTensors returns the state dict for writing, under its published names and,
// as far as that loses nothing, in its published types: the initial states are
// bfloat16, all else is float32. The published code runs in the type of the initial
// states that it loads, and the attention of its HRM takes no float32.
func (m *Model) StateTensors() []safetensors.Tensor {
	var out []safetensors.Tensor
	for i, t := range m.State() {
		encode := safetensors.Float32
		if i < len(m.init) && fitBF16(m.init[i]) {
			encode = safetensors.BFloat16
		}
		out = append(out, encode(statePrefix+t.Name, t.Value.Shape(), t.Value.Data()))
	}
	return out
}

// fitBF16 reports whether all numbers are bfloat16 numbers.
func fitBF16(x []float32) bool {
	return !slices.ContainsFunc(x, func(v float32) bool { return simd.ToBF16(v).Float32() != v })
}

// The metadata keys of a saved model.
const (
	metaKind   = "reread.model"
	metaConfig = "reread.config"
)

// Save writes the weights, under their published names, and the configuration
// to a safetensors file, replacing it in one step.
func (m *Model) Save(path string) error {
	meta, err := m.Metadata()
	if err != nil {
		return err
	}
	if err := safetensors.WriteFile(path, meta, m.StateTensors()); err != nil {
		return fmt.Errorf("nn: save model: %w", err)
	}
	return nil
}

// Metadata returns the entries that describe the model in a safetensors file.
func (m *Model) Metadata() (map[string]string, error) {
	text, err := json.Marshal(m.design.Config)
	if err != nil {
		return nil, fmt.Errorf("nn: save config: %w", err)
	}
	return ModelMetadata(m.design.Kind, text), nil
}

// ModelMetadata returns the entries for a model of a kind with a JSON configuration.
func ModelMetadata(kind string, config []byte) map[string]string {
	return map[string]string{metaKind: kind, metaConfig: string(config)}
}

// FileModel returns the kind and the JSON configuration of a saved model, both
// empty where the file does not say what model it holds.
func FileModel(f tensor.Source) (kind string, config []byte) {
	meta := f.Metadata()
	if meta[metaKind] == "" || meta[metaConfig] == "" {
		return "", nil
	}
	return meta[metaKind], []byte(meta[metaConfig])
}
