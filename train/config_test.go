package train

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

func TestConfigValidate(t *testing.T) {
	for _, c := range []struct {
		edit func(*Config)
		want string // in the error; empty: none
	}{
		{func(*Config) {}, ""},
		{func(c *Config) { c.BatchSize = 1 }, ""},
		{func(c *Config) { c.BatchSize = 0 }, "global_batch_size"},
		{func(c *Config) { c.BatchSize = -1 }, "global_batch_size"},
		{func(c *Config) { c.BatchSize = 1<<20 + 1 }, "global_batch_size"},
		{func(c *Config) { c.Steps = 0 }, "total_steps"},
		{func(c *Config) { c.Optimizer = AdamATan2 }, ""},
		{func(c *Config) { c.Optimizer = AdamW }, ""},
		{func(c *Config) { c.Optimizer = "sgd" }, "optimizer"},
		{func(c *Config) { *c = muonConfig(8, 100) }, ""},
		{func(c *Config) { *c = muonConfig(8, 100); c.MuonMomentum, c.MuonDecay = 0, 0 }, ""},
		{func(c *Config) { *c = muonConfig(8, 100); c.MuonLR = 0 }, "muon_lr is 0, so that no matrix would learn"},
		{func(c *Config) { *c = muonConfig(8, 100); c.LR = 0 }, "lr is 0"},
		{func(c *Config) { *c = muonConfig(8, 100); c.MuonLR = math.NaN() }, "muon_lr is NaN"},
		{func(c *Config) { *c = muonConfig(8, 100); c.MuonLR = 1.1 }, "muon_lr is 1.1"},
		{func(c *Config) { *c = muonConfig(8, 100); c.MuonMomentum = 1 }, "muon_momentum must be less than 1"},
		{func(c *Config) { *c = muonConfig(8, 100); c.MuonMomentum = -0.1 }, "muon_momentum is -0.1"},
		{func(c *Config) { *c = muonConfig(8, 100); c.MuonDecay = 2 }, "muon_decay is 2"},
		{func(c *Config) { *c = muonConfig(8, 100); c.Optimizer = AdamW }, `only for optimizer "muon", not "adamw"`},
		{func(c *Config) { c.MuonMomentum = 0.9 }, `only for optimizer "muon", not "adam_atan2"`},
		{func(c *Config) { c.Precision = nn.BF16 }, ""},
		{func(c *Config) { c.Precision = "fp8" }, "forward_dtype"},
		{func(c *Config) { c.Precision = nn.INT8 }, "inference only"},
		{func(c *Config) { c.Precision = nn.Fastest }, `forward_dtype is "fastest"`},
		{func(c *Config) { c.LR = -1e-9 }, "lr "},
		{func(c *Config) { c.LR = math.NaN() }, "lr "},
		{func(c *Config) { c.LR = math.Inf(1) }, "lr "},
		{func(c *Config) { c.LR = 0 }, "lr is 0, so that nothing would be learned"},
		{func(c *Config) { c.FreezeWeights, c.LR = true, 0 }, ""},
		{func(c *Config) { c.FreezeWeights, c.PuzzleLR = true, 0 }, "puzzle_emb_lr is 0 and freeze_weights set"},
		{func(c *Config) { *c = Config{BatchSize: 8, Steps: 100} }, "Laptop and Published return complete settings"},
		{func(c *Config) { c.LR = 2 }, "lr "},
		{func(c *Config) { *c = Laptop() }, ""},
		{func(c *Config) { c.LRMinRatio = math.NaN() }, "lr_min_ratio"},
		{func(c *Config) { c.LRMinRatio = 1.5 }, "lr_min_ratio"},
		{func(c *Config) { c.WeightDecay = -1 }, "weight_decay"},
		{func(c *Config) { c.WeightDecay = math.Inf(1) }, "weight_decay"},
		{func(c *Config) { c.Beta1 = 1 }, "beta1"},
		{func(c *Config) { c.Beta1 = -0.1 }, "beta1"},
		{func(c *Config) { c.Beta1, c.Beta2 = 0, 0 }, ""},
		{func(c *Config) { c.Beta2 = 1 }, "beta2"},
		{func(c *Config) { c.Beta2 = 1.1 }, "beta2"},
		{func(c *Config) { c.ClipNorm = -1 }, "clip_norm"},
		{func(c *Config) { c.ClipNorm = math.Inf(1) }, "clip_norm"},
		{func(c *Config) { c.PuzzleLR = 1.1 }, "puzzle_emb_lr"},
		{func(c *Config) { c.PuzzleWeightDecay = 101 }, "puzzle_emb_weight_decay"},
		{func(c *Config) { c.EMARate = 1 }, ""},
		{func(c *Config) { c.Linger, c.Stagger = math.MaxInt32, true }, ""},
		{func(c *Config) { c.Linger = -1 }, "halt_linger is -1"},
		{func(c *Config) { c.EMARate = 1.0001 }, "ema_rate"},
		{func(c *Config) { c.EMARate = math.NaN() }, "ema_rate"},
	} {
		cfg := Published()
		c.edit(&cfg)
		err := cfg.Validate()
		if c.want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, c.want)
		_, newErr := New(newModel(t, kindMLP, tinyArch()), nil, cfg, Options{Workers: 1})
		require.Equal(t, err, newErr)
	}
}

// TestConfigSurvivesJSON: checkpoints compare settings that have been through
// JSON.
func TestConfigSurvivesJSON(t *testing.T) {
	cfg := tinyConfig(5, math.MaxUint64)
	cfg.LR, cfg.Seed = 1./3, math.MaxUint64
	text, err := json.Marshal(cfg)
	require.NoError(t, err)
	var back Config
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, cfg, back)
}
