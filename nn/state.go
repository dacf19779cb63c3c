package nn

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rereadml/reread/tensor/safetensors"
)

// StatePrefix is what the published training code puts in front of every name
// of its saved state dicts.
const StatePrefix = "_orig_mod.model.inner."

// TrainPrefix is in front of the names of a training checkpoint's tensors that
// are no part of the model.
const TrainPrefix = "train."

// TrimPrefix returns a tensor's name without what torch.compile, the loss
// wrapper and the ACT wrapper put in front of it, in any published
// combination.
func TrimPrefix(name string) string {
	for strings.HasPrefix(name, "_orig_mod.") {
		name = strings.TrimPrefix(name, "_orig_mod.")
	}
	name = strings.TrimPrefix(name, "model.")
	return strings.TrimPrefix(name, "inner.")
}

// LoadState reads all tensors of a model's state dict from f and lays the
// weights out. The file's names may carry any published prefix; those under
// [TrainPrefix] are left alone. A missing tensor, one of another shape and one
// that the model does not have are errors, and leave the model unusable until
// a successful load.
func LoadState(m Model, f *safetensors.File) error {
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
		info, _ := f.Info(name)
		if !equalShape(info.Shape, t.Value.Shape()) {
			return fmt.Errorf("nn: tensor %q has shape %v, want %v", name, info.Shape, t.Value.Shape())
		}
		if err := f.ReadFloat32(name, t.Value.Data()); err != nil {
			return fmt.Errorf("nn: %w", err)
		}
		delete(stored, t.Name)
	}
	for _, name := range f.Names() {
		if stored[TrimPrefix(name)] == name {
			return fmt.Errorf("nn: tensor %q does not belong to this model", name)
		}
	}
	m.Pack(m.Precision(), true)
	return nil
}

func equalShape(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// CheckSize reports a large configuration whose weights have more numbers than
// the whole file, before anything is allocated for it. What is small is left
// to [LoadState], which names the tensor that is missing.
func CheckSize(a *Arch, f *safetensors.File) error {
	const small = 1 << 22
	stored := small
	for _, name := range f.Names() {
		info, _ := f.Info(name)
		stored += info.Elements()
	}
	inter := InterSize(a.HiddenSize, a.Expansion)
	for _, part := range []struct {
		name    string
		numbers int
	}{
		{"embeddings and head", 2 * a.VocabSize * a.HiddenSize},
		{"puzzle embedding", a.NumPuzzleIdentifiers * a.PuzzleEmbNDim},
		{"layers", a.LLayers * 3 * inter * a.HiddenSize},
	} {
		if part.numbers > stored {
			return fmt.Errorf("nn: the configuration's %s has %d numbers, the file %d", part.name, part.numbers, stored-small)
		}
	}
	return nil
}

// StateTensors returns the state dict of m for writing, under its published
// names.
func StateTensors(m Model) []safetensors.Tensor {
	var out []safetensors.Tensor
	for _, t := range m.State() {
		out = append(out, safetensors.Float32(StatePrefix+t.Name, t.Value.Shape(), t.Value.Data()))
	}
	return out
}

// The metadata keys of a saved model.
const (
	metaKind   = "reread.model"
	metaConfig = "reread.config"
)

// Save writes the weights of m, under their published names, and its
// configuration to a safetensors file, replacing it in one step.
func Save(m Model, path string) error {
	meta, err := Metadata(m)
	if err != nil {
		return err
	}
	if err := safetensors.WriteFile(path, meta, StateTensors(m)); err != nil {
		return fmt.Errorf("nn: save model: %w", err)
	}
	return nil
}

// Metadata returns the entries that describe m in a safetensors file.
func Metadata(m Model) (map[string]string, error) {
	kind, cfg := m.Describe()
	text, err := json.Marshal(cfg)
	if err != nil {
		return nil, fmt.Errorf("nn: save config: %w", err)
	}
	return map[string]string{metaKind: kind, metaConfig: string(text)}, nil
}

// FileConfig decodes the configuration of a saved model of the given kind into
// cfg, a pointer to that kind's Config.
func FileConfig(f *safetensors.File, kind string, cfg any) error {
	found, text, err := FileModel(f)
	if err != nil {
		return err
	}
	if found != kind {
		return fmt.Errorf("the file holds a model of kind %q", found)
	}
	if err := json.Unmarshal(text, cfg); err != nil {
		return fmt.Errorf("config: %w", err)
	}
	return nil
}

// FileModel returns the kind and the JSON configuration of a saved model.
func FileModel(f *safetensors.File) (kind string, config []byte, err error) {
	meta := f.Metadata()
	kind, text := meta[metaKind], meta[metaConfig]
	if kind == "" || text == "" {
		return "", nil, fmt.Errorf("nn: the file does not say what model it holds; load it with a configuration")
	}
	return kind, []byte(text), nil
}
