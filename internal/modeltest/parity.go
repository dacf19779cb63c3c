// Package modeltest holds models against values printed by the published code.
//
// A folder has config.json (architecture, optimiser, number of training
// steps), weights.safetensors (the state dict at step 0; without it weights
// are made by a fixed rule) and trace.safetensors (inputs and the values to
// reproduce).
package modeltest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
)

// EnvDir names the environment variable that replaces the folder of test
// values.
const EnvDir = "PARITY_DIR"

// defaultDir is relative to the package under test.
const defaultDir = "testdata/parity"

// Folder is one set of reference values.
type Folder struct {
	Dir       string
	Arch      json.RawMessage // for the model's Config, unknown keys rejected
	Run       Run
	Weights   *safetensors.File // nil: weights made by rule
	Trace     *safetensors.File
	Precision nn.Precision // of the reference's passes
}

// Run is the rest of config.json.
type Run struct {
	Batch int
	Optim struct {
		LR                float64 `json:"lr"`
		WeightDecay       float64 `json:"weight_decay"`
		Beta1             float64 `json:"beta1"`
		Beta2             float64 `json:"beta2"`
		PuzzleLR          float64 `json:"puzzle_emb_lr"`
		PuzzleWeightDecay float64 `json:"puzzle_emb_weight_decay"`
		Warmup            uint64  `json:"lr_warmup_steps"`
		LRMinRatio        float64 `json:"lr_min_ratio"`
		TotalSteps        uint64  `json:"total_steps"`
		EMARate           float64 `json:"ema_rate"`
	} `json:"optim"`
	Steps int `json:"steps"`
	Seed  int `json:"seed"`
}

// HRM reports whether the folder's model is an HRM. TRM configurations have
// settings that HRM lacks.
func (f *Folder) HRM() bool {
	var keys map[string]json.RawMessage
	if json.Unmarshal(f.Arch, &keys) != nil {
		return strings.HasPrefix(filepath.Base(f.Dir), "hrm")
	}
	_, mlpT := keys["mlp_t"]
	_, embLen := keys["puzzle_emb_len"]
	return !mlpT && !embLen
}

// Folders opens all folders of test values, failing the test for one that
// cannot be understood.
func Folders(t *testing.T) []*Folder {
	t.Helper()
	dir := defaultDir
	if env := os.Getenv(EnvDir); env != "" {
		dir = env
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []*Folder
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		f, err := open(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Errorf("%s: %v", e.Name(), err)
			continue
		}
		t.Cleanup(func() { f.close() })
		out = append(out, f)
	}
	if len(out) == 0 {
		t.Fatalf("no reference values in %s", dir)
	}
	return out
}

func open(dir string) (*Folder, error) {
	f := &Folder{Dir: dir}
	text, err := os.ReadFile(filepath.Join(dir, "config.json"))
	if err != nil {
		return nil, err
	}
	var file struct {
		Arch map[string]json.RawMessage `json:"arch"`
		Run
	}
	if err := strict(text, &file); err != nil {
		return nil, fmt.Errorf("config.json: %w", err)
	}
	f.Run = file.Run
	if err := f.takeArch(file.Arch); err != nil {
		return nil, fmt.Errorf("config.json: %w", err)
	}
	weights := filepath.Join(dir, "weights.safetensors")
	if _, err := os.Stat(weights); err == nil {
		if f.Weights, err = safetensors.Open(weights); err != nil {
			return nil, err
		}
	}
	f.Trace, err = safetensors.Open(filepath.Join(dir, "trace.safetensors"))
	return f, err
}

// takeArch moves the settings that are not the model's out of arch.
func (f *Folder) takeArch(arch map[string]json.RawMessage) error {
	f.Precision = nn.FP32
	noContinue := true
	for key, dst := range map[string]any{"batch_size": &f.Run.Batch, "forward_dtype": &f.Precision, "no_ACT_continue": &noContinue} {
		raw, ok := arch[key]
		if !ok {
			continue
		}
		if err := json.Unmarshal(raw, dst); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		delete(arch, key)
	}
	if !noContinue {
		return fmt.Errorf("no_ACT_continue is false, which no published TRM can run")
	}
	err := f.Precision.Validate()
	if err != nil {
		return fmt.Errorf("forward_dtype: %w", err)
	}
	f.Arch, err = json.Marshal(arch)
	return err
}

func (f *Folder) close() {
	if f.Weights != nil {
		f.Weights.Close()
	}
	if f.Trace != nil {
		f.Trace.Close()
	}
}

// Config decodes the architecture into a model's Config, rejecting settings
// that it does not have.
func (f *Folder) Config(cfg any) error {
	if err := strict(f.Arch, cfg); err != nil {
		return fmt.Errorf("arch: %w", err)
	}
	return nil
}

func strict(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(v)
}

// HasWeight reports whether the state dict has a tensor whose name, without
// prefix, starts so.
func (f *Folder) HasWeight(start string) bool {
	if f.Weights == nil {
		return false
	}
	for _, name := range f.Weights.Names() {
		if strings.HasPrefix(nn.TrimPrefix(name), start) {
			return true
		}
	}
	return false
}

// load gives m the folder's weights.
func (f *Folder) load(m *nn.Model) error {
	if f.Weights != nil {
		if err := m.LoadState(f.Weights); err != nil {
			return err
		}
	} else {
		for _, t := range m.State() {
			fillByRule(t)
		}
	}
	return m.Pack(f.Precision, true)
}

// fillByRule makes the weights of the full-size references: uniform numbers
// from a splitmix64 stream seeded by the tensor's name.
func fillByRule(t nn.Tensor) {
	h := fnv.New64a()
	h.Write([]byte("inner." + t.Name))
	state, std := h.Sum64(), ruleStd(t)
	for i := range t.Value.Data() {
		z := state + uint64(i+1)*0x9E3779B97F4A7C15
		z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
		z = (z ^ z>>27) * 0x94D049BB133111EB
		u := float64((z^z>>31)>>11) * 0x1p-53
		t.Value.Data()[i] = float32((u - 0.5) * math.Sqrt(12) * std)
	}
}

func ruleStd(t nn.Tensor) float64 {
	switch {
	case t.Name == "H_init" || t.Name == "L_init":
		return 1
	case strings.HasPrefix(t.Name, "embed_tokens"):
		return 1 / math.Sqrt(512)
	case t.Name == "puzzle_emb.weights" || t.Name == "q_head.bias":
		return 0.1
	}
	shape := t.Value.Shape()
	return 1 / math.Sqrt(float64(shape[len(shape)-1]))
}
