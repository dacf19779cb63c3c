package train

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"strings"

	"github.com/rereadml/reread/nn"
)

// Config holds the settings of a training run. The JSON names are those of the
// published configurations.
type Config struct {
	BatchSize int    `json:"global_batch_size"`
	Steps     uint64 `json:"total_steps"` // optimiser steps of the whole run, for the schedule

	Optimizer   string  `json:"optimizer,omitempty"` // AdamATan2 (also when empty), AdamW or Muon
	LR          float64 `json:"lr"`
	LRMinRatio  float64 `json:"lr_min_ratio"`    // of the rate at the end of the cosine; 1: constant
	WarmupSteps uint64  `json:"lr_warmup_steps"` // of linear warm-up
	WeightDecay float64 `json:"weight_decay"`
	Beta1       float64 `json:"beta1"`
	Beta2       float64 `json:"beta2"`
	ClipNorm    float64 `json:"clip_norm,omitempty"` // largest norm of the gradient; 0: no clipping

	// Of Muon, for the matrices of the networks; LR, WeightDecay and the betas
	// are those of AdamW, for the rest. The decay is that of one step at the full
	// rate, not a factor on it. 0.02, 0.9 and 1e-4 are good values to begin with.
	MuonLR       float64 `json:"muon_lr,omitempty"`
	MuonMomentum float64 `json:"muon_momentum,omitempty"`
	MuonDecay    float64 `json:"muon_decay,omitempty"`

	PuzzleLR          float64 `json:"puzzle_emb_lr"` // of the puzzle table's sign-SGD
	PuzzleWeightDecay float64 `json:"puzzle_emb_weight_decay"`

	// FreezeWeights trains the rows of the puzzle embedding alone, as a trained
	// model learns new tasks at test time. All other weights stay as they are to the
	// bit; what is set for them, their average too, is without effect.
	FreezeWeights bool `json:"freeze_weights,omitempty"`

	EMARate float64 `json:"ema_rate"` // of the averaged weights; 0: none
	// EMAWarmup makes the average follow the weights closely at first, so that
	// that of a short run is of use: its rate at step t is at most (1+t)/(10+t).
	EMAWarmup bool `json:"ema_warmup,omitempty"`

	// Stagger makes the rows of the first batch count as if they had been thought
	// about for a while, row i for i·halt_max_steps/global_batch_size steps:
	// otherwise those that never halt early all end at the same steps.
	Stagger bool `json:"stagger,omitempty"`
	// Linger keeps a row for so many more supervision steps, halt_max_steps in
	// all at most, after its halting value first said stop, so that a model
	// learns to leave a right answer as it is.
	Linger int `json:"halt_linger,omitempty"`

	// Precision of the passes; float32 when empty. It is part of what a run is
	// resumed with, so nn.Fastest has to be resolved: see [nn.Precision.Resolve].
	Precision nn.Precision `json:"forward_dtype,omitempty"`

	Seed uint64 `json:"seed"`
}

// The optimisers.
const (
	AdamATan2 = "adam_atan2"
	AdamW     = "adamw"
	// Muon makes the steps of a network's matrices near orthogonal (Jordan et
	// al., 2024, https://kellerjordan.github.io/posts/muon/) and leaves
	// embeddings, read-outs and vectors to AdamW.
	Muon = "muon"
)

// Published returns the settings of the published Sudoku-Extreme runs.
func Published() Config {
	return Config{
		BatchSize: 768, Steps: 65104,
		LR: 1e-4, LRMinRatio: 1, WarmupSteps: 2000, WeightDecay: 1, Beta1: 0.9, Beta2: 0.95,
		PuzzleLR: 1e-4, PuzzleWeightDecay: 1, EMARate: 0.999,
	}
}

// Laptop returns settings for models of some half a million weights on a
// laptop's CPU. With them trm.SudokuSmall learned for 67 minutes on two cores,
// from 45,000 puzzles of Sudoku-Extreme, and then solved 77 % of the test
// puzzles that need no guess and 18 % of all.
func Laptop() Config {
	return Config{
		BatchSize: 32, Steps: 25000,
		LR: 1e-3, LRMinRatio: 0.05, WarmupSteps: 200, WeightDecay: 0.1, Beta1: 0.9, Beta2: 0.95, ClipNorm: 1,
		PuzzleLR: 1e-3, PuzzleWeightDecay: 0.1, EMARate: 0.999, EMAWarmup: true,
	}
}

// Validate reports the first setting that no run can have, or with which it
// would learn nothing.
func (c *Config) Validate() error {
	if c.BatchSize < 1 || c.BatchSize > 1<<20 {
		return fmt.Errorf("train: config: global_batch_size is %d, want 1 to %d", c.BatchSize, 1<<20)
	}
	if c.Steps < 1 {
		return fmt.Errorf("train: config: total_steps is 0")
	}
	if err := c.Precision.Validate(); err != nil {
		return fmt.Errorf("train: config: forward_dtype: %w", err)
	}
	switch c.Precision {
	case nn.INT8:
		return fmt.Errorf("train: config: forward_dtype is %q, which is for inference only", nn.INT8)
	case nn.Fastest: // which may be another when a run is resumed
		return fmt.Errorf("train: config: forward_dtype is %q, want %q or %q, which Resolve returns", nn.Fastest, nn.FP32, nn.BF16)
	}
	if o := c.Optimizer; o != "" && o != AdamATan2 && o != AdamW && o != Muon {
		return fmt.Errorf("train: config: optimizer is %q, want %q, %q or %q", o, AdamATan2, AdamW, Muon)
	}
	if c.Linger < 0 || c.Linger > math.MaxInt32 {
		return fmt.Errorf("train: config: halt_linger is %d, want 0 to %d", c.Linger, math.MaxInt32)
	}
	for _, f := range []struct {
		name      string
		v, lo, hi float64
	}{
		{"lr", c.LR, 0, 1}, {"lr_min_ratio", c.LRMinRatio, 0, 1}, {"weight_decay", c.WeightDecay, 0, 100},
		{"beta1", c.Beta1, 0, 1}, {"beta2", c.Beta2, 0, 1}, {"clip_norm", c.ClipNorm, 0, math.MaxFloat32},
		{"puzzle_emb_lr", c.PuzzleLR, 0, 1}, {"puzzle_emb_weight_decay", c.PuzzleWeightDecay, 0, 100},
		{"ema_rate", c.EMARate, 0, 1},
		{"muon_lr", c.MuonLR, 0, 1}, {"muon_momentum", c.MuonMomentum, 0, 1}, {"muon_decay", c.MuonDecay, 0, 1},
	} {
		if !(f.v >= f.lo && f.v <= f.hi) {
			return fmt.Errorf("train: config: %s is %v, want %v to %v", f.name, f.v, f.lo, f.hi)
		}
	}
	if c.FreezeWeights && c.PuzzleLR == 0 {
		return fmt.Errorf("train: config: puzzle_emb_lr is 0 and freeze_weights set, so that nothing would be learned")
	}
	if !c.FreezeWeights && c.LR == 0 {
		return fmt.Errorf("train: config: lr is 0, so that nothing would be learned; Laptop and Published return complete settings")
	}
	if c.Beta1 == 1 || c.Beta2 == 1 {
		return fmt.Errorf("train: config: beta1 %v and beta2 %v must be less than 1", c.Beta1, c.Beta2)
	}
	return c.validateMuon()
}

// validateMuon reports settings of Muon that are missing, or in vain.
func (c *Config) validateMuon() error {
	switch {
	case c.Optimizer != Muon && (c.MuonLR != 0 || c.MuonMomentum != 0 || c.MuonDecay != 0):
		return fmt.Errorf("train: config: muon_lr %v, muon_momentum %v and muon_decay %v are only for optimizer %q, not %q",
			c.MuonLR, c.MuonMomentum, c.MuonDecay, Muon, cmp.Or(c.Optimizer, AdamATan2))
	case c.Optimizer == Muon && c.MuonLR == 0:
		return fmt.Errorf("train: config: muon_lr is 0, so that no matrix would learn; 0.02 is a good value to begin with")
	case c.MuonMomentum == 1:
		return fmt.Errorf("train: config: muon_momentum must be less than 1")
	}
	return nil
}

// rate returns the factor on the learning rates at an optimiser step, counted
// from 1: linear warm-up, then a cosine from 1 to LRMinRatio.
func (c *Config) rate(step uint64) float64 {
	if step < c.WarmupSteps {
		return float64(step) / float64(c.WarmupSteps)
	}
	progress := 1.0
	if c.Steps > c.WarmupSteps {
		progress = min(1, float64(step-c.WarmupSteps)/float64(c.Steps-c.WarmupSteps))
	}
	return c.LRMinRatio + (1-c.LRMinRatio)*0.5*(1+math.Cos(math.Pi*progress))
}

// emaRate returns the share of the average that step t, counted from 1, keeps.
func (c *Config) emaRate(t uint64) float64 {
	if !c.EMAWarmup {
		return c.EMARate
	}
	return min(c.EMARate, (1+float64(t))/(10+float64(t)))
}

// explicit returns the settings with defaults that stand for a name by that
// name, so that equal runs compare equal.
func (c Config) explicit() Config {
	c.Optimizer = cmp.Or(c.Optimizer, AdamATan2)
	c.Precision = cmp.Or(c.Precision, nn.FP32)
	return c
}

// differences says which settings are not those of another run.
func (c Config) differences(want Config) (all []string) {
	got, wanted := reflect.ValueOf(c), reflect.ValueOf(want)
	for i := range got.NumField() {
		if g, w := got.Field(i).Interface(), wanted.Field(i).Interface(); g != w {
			name, _, _ := strings.Cut(got.Type().Field(i).Tag.Get("json"), ",")
			all = append(all, fmt.Sprintf("%s is %v, want %v", name, g, w))
		}
	}
	return all
}
