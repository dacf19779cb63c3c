package reread

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/internal/yaml"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// classes are the published classes of the kinds of models, by which the
// configurations of training runs name them.
var classes = map[string]string{
	trm.Kind: "recursive_reasoning.trm@TinyRecursiveReasoningModel_ACTV1",
	hrm.Kind: "hrm.hrm_act_v1@HierarchicalReasoningModel_ACTV1",
}

// singleLatentClass has the name of the class above, in a module of its own.
const singleLatentClass = "recursive_reasoning.trm_singlez@TinyRecursiveReasoningModel_ACTV1"

const lossClass = "losses@ACTLossHead"

// runConfig is what an all_config.yaml says of the model.
type runConfig struct {
	kind string // "" if it does not say
	arch []byte // JSON
	// The sizes of the data set are no part of arch in the published files, which
	// leave them out. They may be in either place.
	SeqLen    int `json:"seq_len"`
	VocabSize int `json:"vocab_size"`
}

func (r *runConfig) sizes(a *nn.Arch) {
	if a.SeqLen == 0 {
		a.SeqLen = r.SeqLen
	}
	if r.VocabSize > 0 {
		a.VocabSize = r.VocabSize
	}
}

// parseAllConfig reads the text of an all_config.yaml, or nothing.
func parseAllConfig(text []byte) (*runConfig, error) {
	run := &runConfig{arch: []byte("{}")}
	if text == nil {
		return run, nil
	}
	tree, err := yaml.Parse(text)
	if err != nil {
		return nil, err
	}
	whole, _ := tree.(map[string]any)
	arch, ok := whole["arch"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("there are no settings under arch")
	}
	if err := decode(whole, run); err != nil {
		return nil, err
	}
	if run.kind, err = kindOf(arch["name"]); err != nil {
		return nil, err
	}
	if on, ok := arch["no_ACT_continue"].(bool); ok && !on && run.kind == trm.Kind {
		return nil, fmt.Errorf("arch: no_ACT_continue is false: a TRM with Q-learning is not supported")
	}
	if on, _ := arch["mlp_t"].(bool); on && run.kind == hrm.Kind {
		return nil, fmt.Errorf("arch: mlp_t is true: an HRM with token mixing is not supported")
	}
	if loss, ok := arch["loss"].(map[string]any); ok && loss["loss_type"] != nil {
		arch["loss_type"] = loss["loss_type"]
	}
	run.arch, err = json.Marshal(arch)
	return run, err
}

// kindOf returns the kind of models that a class is of.
func kindOf(class any) (string, error) {
	if class == nil {
		return "", nil
	}
	text, _ := class.(string)
	_, name, _ := strings.Cut(text, "@")
	for kind, known := range classes {
		if name != "" && strings.HasSuffix(known, "@"+name) {
			return kind, nil
		}
	}
	return "", fmt.Errorf("arch: the name of the model is %v, want that of a TRM or an HRM, such as %s", class, classes[trm.Kind])
}

// decode reads a tree as JSON.
func decode(tree, v any) error {
	text, err := json.Marshal(tree)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, v)
}

// AllConfig returns the text of an [AllConfigName] with the settings of a TRM or an
// HRM, under their published names. Those of the training run are not in it.
func AllConfig(cfg Config) ([]byte, error) {
	d, err := cfg.Design()
	if err != nil {
		return nil, fmt.Errorf("reread: %w", err)
	}
	class, ok := classes[d.Kind]
	if !ok {
		return nil, fmt.Errorf("reread: %s has no place for a model of kind %q", AllConfigName, d.Kind)
	}
	text, err := json.Marshal(cfg)
	if err != nil {
		return nil, fmt.Errorf("reread: configuration: %w", err)
	}
	var arch map[string]any
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&arch); err != nil {
		return nil, fmt.Errorf("reread: configuration: %w", err)
	}
	whole := map[string]any{"arch": arch, "seq_len": arch["seq_len"], "vocab_size": arch["vocab_size"]}
	if single, _ := arch["single_latent"].(bool); single {
		class = singleLatentClass
	}
	// The published code takes these from the data set, and none of them twice.
	for _, size := range []string{"seq_len", "vocab_size", "num_puzzle_identifiers"} {
		delete(arch, size)
	}
	loss, ok := arch["loss_type"]
	if !ok {
		loss = nn.LossStablemax
	}
	delete(arch, "loss_type")
	arch["name"], arch["loss"] = class, map[string]any{"name": lossClass, "loss_type": loss}
	return yaml.Format(whole)
}
