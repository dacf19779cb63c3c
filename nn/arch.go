package nn

import (
	"fmt"
	"math"
	"slices"
)

// Arch holds the architecture settings that TRM and HRM share. The JSON names
// are those of the published configurations.
type Arch struct {
	SeqLen               int `json:"seq_len"`                // cells of a puzzle, S
	VocabSize            int `json:"vocab_size"`             // tokens, V
	NumPuzzleIdentifiers int `json:"num_puzzle_identifiers"` // rows of the puzzle embedding
	PuzzleEmbNDim        int `json:"puzzle_emb_ndim"`        // width of the puzzle embedding; 0: none
	PuzzleEmbLen         int `json:"puzzle_emb_len"`         // prefix positions; 0: as many as PuzzleEmbNDim fills

	HiddenSize int     `json:"hidden_size"` // channels, D
	Expansion  float64 `json:"expansion"`   // of the SwiGLU, before the factor 2/3
	NumHeads   int     `json:"num_heads"`
	HLayers    int     `json:"H_layers"` // layers of the H network, where there is one of its own
	LLayers    int     `json:"L_layers"`
	HCycles    int     `json:"H_cycles"`
	LCycles    int     `json:"L_cycles"`

	PosEncodings string  `json:"pos_encodings"`          // "rope", "learned" or "none"
	RoPETheta    float64 `json:"rope_theta,omitempty"`   // 0: 10000
	RMSNormEps   float64 `json:"rms_norm_eps,omitempty"` // 0: 1e-5

	// HeadGroups restricts attention heads to parts of a square grid of
	// cells: one of "all", "row", "column" or "box" per head. Empty: all
	// heads see everything. In a restricted head the prefix positions form a
	// group of their own.
	HeadGroups []string `json:"head_groups,omitempty"`

	// Values gives the state a vector for each value and cell instead of one for
	// each cell: position v·S + c stands for value v, the token FirstValue + v, in
	// cell c. They are the last tokens; LossType is LossSoftmax and PosEncodings
	// PosNone then, and there is no puzzle embedding.
	Values     int `json:"values,omitempty"`
	FirstValue int `json:"first_value,omitempty"`
	// Units mixes positions by averages over the others of their units, instead
	// of by attention or an MLP; NumHeads is unused then.
	Units Units `json:"units,omitempty"`
	// IntermediateSize is the hidden width of the SwiGLU over the channels; 0: as
	// Expansion says, which has to be above 0 in any case.
	IntermediateSize int `json:"intermediate_size,omitempty"`

	HaltMaxSteps        int     `json:"halt_max_steps"`        // supervision steps at most
	HaltExplorationProb float64 `json:"halt_exploration_prob"` // of a drawn minimum of steps, in training

	// StateNoise is by how much every number of the latent states is moved, up or
	// down at random, before each supervision step, in training and thinking: it
	// lets a model leave where it is stuck. 0, as published: not at all.
	StateNoise float32 `json:"state_noise,omitempty"`
	// Hypotheses is the weight, beside that of an input, with which a model tries
	// tokens of its own answers after each supervision step: see
	// [Model.AddHypotheses]. It does so in thinking alone, for what it learned of
	// inputs is what makes it follow from them. 0, as published: it does not.
	Hypotheses float32 `json:"hypotheses,omitempty"`

	LossType string `json:"loss_type,omitempty"` // LossStablemax (also when empty) or LossSoftmax

	// Inputs says what a cell's input is: a token (when empty), or InputSets: a
	// set of tokens, its candidates, as a mask in which bit t stands for token t.
	Inputs string `json:"inputs,omitempty"`
}

// The position encodings and losses, under their published names.
const (
	PosRoPE    = "rope"
	PosLearned = "learned"
	PosNone    = "none"

	LossStablemax = "stablemax_cross_entropy"
	LossSoftmax   = "softmax_cross_entropy"

	// InputSets is for inputs that are sets of tokens.
	InputSets = "sets"
)

// Prefix returns P, the positions in front of the cells.
func (a *Arch) Prefix() int {
	if a.PuzzleEmbLen > 0 || a.PuzzleEmbNDim == 0 {
		return a.PuzzleEmbLen
	}
	return (a.PuzzleEmbNDim + a.HiddenSize - 1) / a.HiddenSize
}

// Positions returns L = P + S, or one position for each value and cell.
func (a *Arch) Positions() int {
	if a.Values > 0 {
		return a.Values * a.SeqLen
	}
	return a.Prefix() + a.SeqLen
}

// InnerSize is the hidden width of a SwiGLU over n inputs: two thirds of
// Expansion·n, rounded up to a multiple of 256.
func (a *Arch) InnerSize(n int) int {
	inner := int(math.RoundToEven(a.Expansion * float64(n) * 2 / 3))
	return (inner + 255) / 256 * 256
}

// channelInner is the hidden width of the SwiGLU over the channels.
func (a *Arch) channelInner() int {
	if a.IntermediateSize > 0 {
		return a.IntermediateSize
	}
	return a.InnerSize(a.HiddenSize)
}

// Eps returns the epsilon of the RMS norm.
func (a *Arch) Eps() float32 {
	if a.RMSNormEps == 0 {
		return 1e-5
	}
	return float32(a.RMSNormEps)
}

func (a *Arch) ropeTheta() float64 {
	if a.RoPETheta == 0 {
		return 10000
	}
	return a.RoPETheta
}

// The largest sizes, far beyond any published model, so that products of a few
// of them cannot overflow and a nonsense configuration is an error.
const (
	maxDim   = 1 << 16 // positions, channels, tokens
	maxDepth = 1 << 10 // layers, cycles, steps
)

// MaxNoise is the largest StateNoise and weight of Hypotheses: the numbers of the
// states are around 1, and much further on they overflow.
const MaxNoise = 1 << 10

// Validate reports the first setting that no model can have.
func (a *Arch) Validate() error {
	for _, f := range []struct {
		name           string
		v, least, most int
	}{
		{"seq_len", a.SeqLen, 1, maxDim}, {"vocab_size", a.VocabSize, 2, maxDim}, {"hidden_size", a.HiddenSize, 1, maxDim},
		{"puzzle_emb_ndim", a.PuzzleEmbNDim, 0, maxDim}, {"puzzle_emb_len", a.PuzzleEmbLen, 0, maxDim},
		{"L_layers", a.LLayers, 1, maxDepth}, {"H_layers", a.HLayers, 0, maxDepth},
		{"H_cycles", a.HCycles, 1, maxDepth}, {"L_cycles", a.LCycles, 1, maxDepth},
		{"halt_max_steps", a.HaltMaxSteps, 1, math.MaxInt32},
	} {
		if f.v < f.least || f.v > f.most {
			return fmt.Errorf("%s is %d, want %d to %d", f.name, f.v, f.least, f.most)
		}
	}
	if !(a.Expansion > 0) || a.Expansion > 1024 {
		return fmt.Errorf("expansion is %v, want more than 0 and at most 1024", a.Expansion)
	}
	if !(a.HaltExplorationProb >= 0 && a.HaltExplorationProb <= 1) {
		return fmt.Errorf("halt_exploration_prob is %v, want 0 to 1", a.HaltExplorationProb)
	}
	if !(a.StateNoise >= 0 && a.StateNoise <= MaxNoise) {
		return fmt.Errorf("state_noise is %v, want 0 to %v", a.StateNoise, MaxNoise)
	}
	if !(a.Hypotheses >= 0 && a.Hypotheses <= MaxNoise) {
		return fmt.Errorf("hypotheses is %v, want 0 to %v", a.Hypotheses, MaxNoise)
	}
	if a.RoPETheta != 0 && !(a.RoPETheta >= 1 && a.RoPETheta <= 1e30) {
		return fmt.Errorf("rope_theta is %v, want 1 to 1e+30", a.RoPETheta)
	}
	if !(a.RMSNormEps >= 0 && a.RMSNormEps <= 1) {
		return fmt.Errorf("rms_norm_eps is %v, want 0 to 1", a.RMSNormEps)
	}
	if err := a.validatePuzzles(); err != nil {
		return err
	}
	if err := a.validateInputs(); err != nil {
		return err
	}
	if err := a.validateUnits(); err != nil {
		return err
	}
	switch a.LossType {
	case "", LossStablemax, LossSoftmax:
	default:
		return fmt.Errorf("loss_type is %q, want %q or %q", a.LossType, LossStablemax, LossSoftmax)
	}
	switch a.PosEncodings {
	case PosRoPE, PosLearned, PosNone:
		return nil
	}
	return fmt.Errorf("pos_encodings is %q, want %q, %q or %q", a.PosEncodings, PosRoPE, PosLearned, PosNone)
}

// validateUnits reports values and units that do not go with the rest.
func (a *Arch) validateUnits() error {
	if a.IntermediateSize < 0 || a.IntermediateSize > maxDim {
		return fmt.Errorf("intermediate_size is %d, want 0 to %d", a.IntermediateSize, maxDim)
	}
	if len(a.Units) > 0 {
		if len(a.HeadGroups) > 0 || a.PosEncodings == PosRoPE {
			return fmt.Errorf("units take the place of attention, with head_groups and rotary positions")
		}
		if err := a.Units.validate(a.Positions()); err != nil {
			return err
		}
	}
	switch {
	case a.Values == 0 && a.FirstValue == 0:
		return nil
	case a.Values < 2 || a.FirstValue < 1 || a.FirstValue+a.Values != a.VocabSize:
		return fmt.Errorf("values %d from first_value %d, want at least 2 that end with the %d tokens", a.Values, a.FirstValue, a.VocabSize)
	case a.Values*a.SeqLen > maxDim:
		return fmt.Errorf("%d values of %d cells are more than %d positions", a.Values, a.SeqLen, maxDim)
	case a.PuzzleEmbNDim > 0 || a.PosEncodings != PosNone || a.Inputs != "" || a.LossType != LossSoftmax:
		return fmt.Errorf("values need pos_encodings %q, loss_type %q, inputs that are tokens and no puzzle embedding", PosNone, LossSoftmax)
	}
	return nil
}

func (a *Arch) validateInputs() error {
	const most = 31 // bits of a mask that are no sign
	switch {
	case a.Inputs == "":
	case a.Inputs != InputSets:
		return fmt.Errorf("inputs is %q, want %q or nothing", a.Inputs, InputSets)
	case a.VocabSize > most:
		return fmt.Errorf("inputs are sets of %d tokens, want at most %d", a.VocabSize, most)
	}
	return nil
}

func (a *Arch) validatePuzzles() error {
	if a.PuzzleEmbNDim == 0 {
		if a.PuzzleEmbLen != 0 {
			return fmt.Errorf("puzzle_emb_len is %d without a puzzle embedding", a.PuzzleEmbLen)
		}
		return nil
	}
	if a.NumPuzzleIdentifiers < 1 || a.NumPuzzleIdentifiers > 1<<30 {
		return fmt.Errorf("num_puzzle_identifiers is %d, want at least 1", a.NumPuzzleIdentifiers)
	}
	if int64(a.NumPuzzleIdentifiers)*int64(a.PuzzleEmbNDim) > maxNumbers {
		return fmt.Errorf("a puzzle embedding of %d x %d numbers is too large", a.NumPuzzleIdentifiers, a.PuzzleEmbNDim)
	}
	if room := a.Prefix() * a.HiddenSize; a.PuzzleEmbNDim > room {
		return fmt.Errorf("puzzle_emb_ndim is %d, more than the %d numbers of %d positions", a.PuzzleEmbNDim, room, a.Prefix())
	}
	return nil
}

// ValidateAttention reports the first setting that attention cannot have.
func (a *Arch) ValidateAttention() error {
	if a.NumHeads < 1 || a.HiddenSize%a.NumHeads != 0 {
		return fmt.Errorf("hidden_size %d does not divide into num_heads %d", a.HiddenSize, a.NumHeads)
	}
	if a.PosEncodings == PosRoPE && a.HiddenSize/a.NumHeads%2 != 0 {
		return fmt.Errorf("rotary positions need an even head size, not %d", a.HiddenSize/a.NumHeads)
	}
	_, err := a.headGroups()
	return err
}

// headGroups returns each head's group identifiers for newAttention.
func (a *Arch) headGroups() ([][]int, error) {
	if len(a.HeadGroups) == 0 {
		return nil, nil
	}
	if len(a.HeadGroups) != a.NumHeads {
		return nil, fmt.Errorf("head_groups names %d heads, want num_heads %d", len(a.HeadGroups), a.NumHeads)
	}
	groups := make([][]int, a.NumHeads)
	for h, kind := range a.HeadGroups {
		if first := slices.Index(a.HeadGroups, kind); first < h {
			groups[h] = groups[first]
			continue
		}
		ids, err := a.gridGroups(kind)
		if err != nil {
			return nil, fmt.Errorf("head_groups[%d]: %w", h, err)
		}
		groups[h] = ids
	}
	return groups, nil
}

// gridGroups numbers the rows, columns or boxes of the square grid of cells.
func (a *Arch) gridGroups(kind string) ([]int, error) {
	if kind == "all" {
		return nil, nil
	}
	side := int(math.Round(math.Sqrt(float64(a.SeqLen))))
	if side*side != a.SeqLen {
		return nil, fmt.Errorf("%q needs a square grid, not %d cells", kind, a.SeqLen)
	}
	var of func(row, col int) int
	switch kind {
	case "row":
		of = func(row, _ int) int { return row }
	case "column":
		of = func(_, col int) int { return col }
	case "box":
		box := int(math.Round(math.Sqrt(float64(side))))
		if box*box != side {
			return nil, fmt.Errorf("boxes need a square side, not %d", side)
		}
		of = func(row, col int) int { return row/box*box + col/box }
	default:
		return nil, fmt.Errorf("unknown group %q, want all, row, column or box", kind)
	}
	prefix := a.Prefix()
	ids := make([]int, prefix+a.SeqLen)
	for p := range ids {
		ids[p] = -1
		if p >= prefix {
			ids[p] = of((p-prefix)/side, (p-prefix)%side)
		}
	}
	return ids, nil
}
