package trm_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/trm"
)

func TestLoadErrors(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, meta map[string]string, tensors []safetensors.Tensor) string {
		path := filepath.Join(dir, name)
		require.NoError(t, safetensors.WriteFile(path, meta, tensors))
		return path
	}
	m := newModel(t, tiny())
	meta, err := nn.Metadata(m)
	require.NoError(t, err)
	with := func(config string) map[string]string {
		return map[string]string{"reread.model": meta["reread.model"], "reread.config": config}
	}
	slow := hrm.Config{Arch: tiny().Arch}
	slow.HLayers = 1
	other, err := hrm.New(slow, newRNG())
	require.NoError(t, err)
	wrongKind := filepath.Join(dir, "hrm")
	require.NoError(t, nn.Save(other, wrongKind))
	garbage := filepath.Join(dir, "garbage")
	require.NoError(t, os.WriteFile(garbage, []byte("not a model"), 0o600))

	for _, c := range []struct{ name, path, says string }{
		{"no file", filepath.Join(dir, "none"), "trm: "},
		{"garbage", garbage, "trm: "},
		{"another kind", wrongKind, `trm: the file holds a model of kind "hrm"`},
		{"no metadata", write("bare", nil, nn.StateTensors(m)), "trm: nn: the file does not say what model it holds"},
		{"broken config", write("broken", with("{"), nn.StateTensors(m)), "trm: config: "},
		{"config of the wrong type", write("typed", with(`{"seq_len":"many"}`), nn.StateTensors(m)), "trm: config: "},
		{"invalid config", write("invalid", with(`{}`), nn.StateTensors(m)), "trm: config: seq_len is 0"},
		{"missing tensor", write("short", meta, nn.StateTensors(m)[1:]), `trm: nn: tensor "H_init" is missing`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := trm.Load(c.path)
			require.ErrorContains(t, err, c.says)
			require.Nil(t, got)
		})
	}
}

// A file without metadata loads with a configuration from elsewhere.
func TestReadWith(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bare")
	m := newModel(t, tiny())
	require.NoError(t, safetensors.WriteFile(path, nil, nn.StateTensors(m)))
	f, err := safetensors.Open(path)
	require.NoError(t, err)
	defer f.Close()
	back, err := trm.ReadWith(tiny(), f)
	require.NoError(t, err)
	require.Equal(t, m.State(), back.State())

	cfg := tiny()
	cfg.HiddenSize = 16
	_, err = trm.ReadWith(cfg, f)
	require.ErrorContains(t, err, "want [16]")
	cfg.HiddenSize = -1
	_, err = trm.ReadWith(cfg, f)
	require.ErrorContains(t, err, "hidden_size is -1")
}

// TestLoadBelievesNoConfiguration loads a file whose configuration asks for
// far more than the file holds.
func TestLoadBelievesNoConfiguration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lie.safetensors")
	for _, change := range []func(c *trm.Config){
		func(c *trm.Config) { c.HiddenSize = 1 << 16 },
		func(c *trm.Config) { c.VocabSize, c.HiddenSize = 1<<16, 1<<15 },
		func(c *trm.Config) { c.NumPuzzleIdentifiers = 1 << 28 },
		func(c *trm.Config) { c.SeqLen = 1 << 24 },
		func(c *trm.Config) { c.LCycles = 1 << 24 },
		func(c *trm.Config) { c.LLayers = 1 << 24 },
	} {
		cfg := trm.SudokuAttention()
		change(&cfg)
		text, err := json.Marshal(cfg)
		require.NoError(t, err)
		meta := map[string]string{"reread.model": trm.Kind, "reread.config": string(text)}
		require.NoError(t, safetensors.WriteFile(path, meta, nil))
		_, err = trm.Load(path)
		require.ErrorContains(t, err, path)
	}
}
