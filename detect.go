package reread

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor"
	"github.com/rereadml/reread/trm"
)

// Detect returns the configuration of a TRM or an HRM that was saved without one.
//
// The names and shapes of its tensors tell the kind of model, its sizes and layers,
// and, where the positions are mixed by an MLP or have an embedding, how many there
// are. They do not tell H_cycles, L_cycles, num_heads and halt_max_steps, nor
// pos_encodings with attention. These are from allConfig, the text of the
// [AllConfigName] of the run, which has the settings of the model under "arch" and
// wins where it says otherwise. It may be nil, or hold no more than what is needed,
// besides anything else. Where it does not say, the cells of attention are those of
// the published tasks with that many tokens, and puzzle_emb_len is as in the
// published code.
//
// An error wraps [ErrNoConfig] if something is left open, which it names.
func Detect(f tensor.Source, allConfig []byte) (Config, error) {
	if f == nil {
		return nil, errors.New("reread: there are no tensors to read")
	}
	run, err := parseAllConfig(allConfig)
	if err != nil {
		return nil, fmt.Errorf("reread: %w", err)
	}
	s := shapesOf(f)
	cfg := trm.Config{Arch: s.arch(), MLPT: s.mlpT(), SingleLatent: !s.has("H_init")}
	if run.kind == "" {
		run.kind = s.kind()
	}
	cfg.TwoNetworks = s.has("H_level.") && run.kind == trm.Kind
	if err := json.Unmarshal(run.arch, &cfg); err != nil {
		return nil, fmt.Errorf("reread: arch: %w", err)
	}
	run.sizes(&cfg.Arch)
	s.complete(&cfg, run.kind)
	if open := undecided(&cfg); len(open) > 0 {
		return nil, fmt.Errorf("reread: %w: %s do not show in the weights; give them under arch in an %s beside the file",
			ErrNoConfig, strings.Join(open, ", "), AllConfigName)
	}
	if run.kind == hrm.Kind {
		return hrm.Config{Arch: cfg.Arch}, nil
	}
	return cfg, nil
}

// shapes are those of tensors by their names without prefixes.
type shapes map[string][]int

func shapesOf(f tensor.Source) shapes {
	s := shapes{}
	for _, name := range f.Names() {
		info, _ := f.Info(name)
		s[nn.TrimPrefix(name)] = info.Shape
	}
	return s
}

// has reports whether there is a tensor whose name begins so.
func (s shapes) has(start string) bool {
	for name := range s {
		if strings.HasPrefix(name, start) {
			return true
		}
	}
	return false
}

// size returns a dimension of a matrix or vector, 0 if there is none.
func (s shapes) size(name string, dim int) int {
	if shape := s[name]; dim < len(shape) {
		return shape[dim]
	}
	return 0
}

// Where the sizes are read off.
const (
	tokenTable    = "embed_tokens.embedding_weight" // [V, D]
	positionTable = "embed_pos.embedding_weight"    // [L, D]
	puzzleTable   = "puzzle_emb.weights"            // [identifiers, ndim]
	firstLayer    = "L_level.layers.0."
	channelDown   = firstLayer + "mlp.down_proj.weight"   // [D, inner]
	tokenDown     = firstLayer + "mlp_t.down_proj.weight" // [L, inner]
)

func (s shapes) mlpT() bool { return s.has(tokenDown) }

// kind takes a second network for that of an HRM, whose positions no MLP mixes.
func (s shapes) kind() string {
	if s.has("H_level.") && !s.mlpT() {
		return hrm.Kind
	}
	return trm.Kind
}

// unknown stands for a prefix length that is still to be found out.
const unknown = -1

// arch returns what the shapes tell.
func (s shapes) arch() nn.Arch {
	a := nn.Arch{
		VocabSize: s.size(tokenTable, 0), HiddenSize: s.size("lm_head.weight", 1),
		NumPuzzleIdentifiers: s.size(puzzleTable, 0), PuzzleEmbNDim: s.size(puzzleTable, 1), PuzzleEmbLen: unknown,
		HLayers: s.layers("H_level."), LLayers: s.layers("L_level."),
	}
	switch {
	case s.has(positionTable):
		a.PosEncodings = nn.PosLearned
	case s.mlpT():
		a.PosEncodings = nn.PosNone
	}
	return a
}

// layers returns the number of layers of a network: one more than the last has.
func (s shapes) layers(level string) int {
	layers := 0
	for name := range s {
		if rest, ok := strings.CutPrefix(name, level+"layers."); ok {
			number, _, _ := strings.Cut(rest, ".")
			if n, err := strconv.Atoi(number); err == nil {
				layers = max(layers, n+1)
			}
		}
	}
	return layers
}

// positions returns L, or 0 if the shapes do not tell.
func (s shapes) positions() int {
	return max(s.size(tokenDown, 0), s.size(positionTable, 0))
}

// taskCells are the cells of the published tasks by their numbers of tokens: Sudoku,
// mazes and ARC.
var taskCells = map[int]int{11: 81, 6: 900, 12: 900}

// complete decides what the settings leave open.
func (s shapes) complete(c *trm.Config, kind string) {
	if c.HiddenSize == 0 {
		return
	}
	positions, cells := s.positions(), c.SeqLen
	if cells == 0 {
		cells = taskCells[c.VocabSize]
	}
	if c.PuzzleEmbLen == unknown {
		switch {
		case kind == hrm.Kind, c.PuzzleEmbNDim == 0:
			c.PuzzleEmbLen = 0 // as many as the embedding fills
		case cells > 0 && positions > cells:
			c.PuzzleEmbLen = positions - cells
		default:
			c.PuzzleEmbLen = 16
		}
	}
	if c.SeqLen == 0 && positions > 0 {
		cells = positions - c.Prefix()
	}
	c.SeqLen = max(cells, 0)
	inner := s.size(channelDown, 1)
	if c.Expansion == 0 {
		c.Expansion = s.expansion(c.HiddenSize, inner)
	}
	if inner != c.InnerSize(c.HiddenSize) {
		c.IntermediateSize = inner
	}
}

// expansion returns one that gives the hidden widths, of the published 4 and what
// follows from each of the two.
func (s shapes) expansion(channels, inner int) float64 {
	positions, tokenInner := s.positions(), s.size(tokenDown, 1)
	candidates := []float64{4, 1.5 * float64(inner) / float64(max(channels, 1)), 1.5 * float64(tokenInner) / float64(max(positions, 1))}
	for _, e := range candidates {
		a := nn.Arch{Expansion: e}
		if a.InnerSize(channels) == inner && (tokenInner == 0 || a.InnerSize(positions) == tokenInner) {
			return e
		}
	}
	return candidates[0]
}

// undecided lists the settings that are still missing.
func undecided(c *trm.Config) []string {
	var open []string
	need := func(name string, known bool) {
		if !known {
			open = append(open, name)
		}
	}
	attention := !c.MLPT && len(c.Units) == 0
	need("H_cycles", c.HCycles > 0)
	need("L_cycles", c.LCycles > 0)
	need("num_heads", c.NumHeads > 0 || !attention)
	need("pos_encodings", c.PosEncodings != "")
	need("halt_max_steps", c.HaltMaxSteps > 0)
	need("seq_len", c.SeqLen > 0)
	need("vocab_size", c.VocabSize > 0)
	need("hidden_size", c.HiddenSize > 0)
	return open
}
