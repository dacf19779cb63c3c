package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/trm"
)

// small are models of every kind of graph.
var small = map[string]reread.Config{
	"trm mlp":           smallTRM(func(c *trm.Config) { c.MLPT = true }),
	"trm rope":          smallTRM(func(*trm.Config) {}),
	"trm learned":       smallTRM(func(c *trm.Config) { c.PosEncodings = nn.PosLearned }),
	"trm no positions":  smallTRM(func(c *trm.Config) { c.PosEncodings = nn.PosNone }),
	"trm two networks":  smallTRM(func(c *trm.Config) { c.TwoNetworks = true }),
	"trm single latent": smallTRM(func(c *trm.Config) { c.SingleLatent = true }),
	"trm groups":        smallTRM(func(c *trm.Config) { c.HeadGroups = []string{"row", "column", "box", "all"} }),
	"trm no puzzles":    smallTRM(func(c *trm.Config) { c.PuzzleEmbNDim = 0 }),
	"trm long prefix":   smallTRM(func(c *trm.Config) { c.PuzzleEmbLen = 5 }),
	"trm units":         smallTRM(func(c *trm.Config) { onUnits(&c.Arch) }),
	"hrm":               smallHRM(func(*hrm.Config) {}),
	"hrm learned":       smallHRM(func(c *hrm.Config) { c.PosEncodings = nn.PosLearned }),
	"hrm groups":        smallHRM(func(c *hrm.Config) { c.HeadGroups = []string{"box", "all", "row", "column"} }),
	"hrm units":         smallHRM(func(c *hrm.Config) { onUnits(&c.Arch) }),
}

// onUnits makes the cells a grid of 2 x 2 boxes whose values share units.
func onUnits(a *nn.Arch) {
	a.Values, a.FirstValue, a.Units = 4, 1, nn.GridUnits(2, 2)
	a.PosEncodings, a.LossType, a.PuzzleEmbNDim = nn.PosNone, nn.LossSoftmax, 0
}

// smallArch has 16 cells behind two positions that the puzzle embedding fills
// in part.
func smallArch() nn.Arch {
	return nn.Arch{
		SeqLen: 16, VocabSize: 5, NumPuzzleIdentifiers: 4, PuzzleEmbNDim: 20,
		HiddenSize: 16, Expansion: 4, NumHeads: 4, HLayers: 1, LLayers: 2, HCycles: 2, LCycles: 2,
		PosEncodings: nn.PosRoPE, HaltMaxSteps: 4,
	}
}

func smallTRM(change func(*trm.Config)) reread.Config {
	c := trm.Config{Arch: smallArch()}
	change(&c)
	return c
}

func smallHRM(change func(*hrm.Config)) reread.Config {
	c := hrm.Config{Arch: smallArch()}
	change(&c)
	return c
}

// The files of a model: its graph, and tensors for all inputs and outputs.
func TestWrite(t *testing.T) {
	for name, cfg := range small {
		t.Run(name, func(t *testing.T) {
			out, check := filepath.Join(t.TempDir(), "m.onnx"), filepath.Join(t.TempDir(), "check.safetensors")
			require.NoError(t, write(cfg, out, check))
			require.FileExists(t, out)
			f, err := safetensors.Open(check)
			require.NoError(t, err)
			defer f.Close()
			require.ElementsMatch(t, wantNames(name), f.Names())
			info, _ := f.Info("step2.logits")
			require.Equal(t, []int{checkPuzzles, 16, 5}, info.Shape)
		})
	}
}

func TestRun(t *testing.T) {
	out := filepath.Join(t.TempDir(), "m.onnx")
	require.NoError(t, run([]string{"-model", "small", "-o", out}, io.Discard))
	require.FileExists(t, out)
	for _, args := range [][]string{{"-model", "large"}, {"mlp"}, {"-m"}} {
		require.Equal(t, 2, command.Status("peers", run(args, io.Discard), io.Discard), args)
	}
}

// wantNames returns the tensors in the check file of a small model.
func wantNames(model string) []string {
	names := []string{"inputs"}
	if model != "trm no puzzles" && !strings.HasSuffix(model, "units") {
		names = append(names, "puzzle_identifiers")
	}
	for _, step := range []string{"step1.", "step2."} {
		names = append(names, step+"logits", step+"q_halt_logits", step+"q_continue_logits", step+"z_L_out")
		if model != "trm single latent" {
			names = append(names, step+"z_H_out")
		}
	}
	return names
}

// ONNX Runtime computes what the models do.
func TestONNXRuntime(t *testing.T) {
	if os.Getenv("REREAD_ORT") == "" {
		t.Skip("REREAD_ORT does not name a folder with onnxruntime-node installed")
	}
	for _, group := range []map[string]reread.Config{small, models} {
		for name, cfg := range group {
			t.Run(name, func(t *testing.T) {
				out, check := filepath.Join(t.TempDir(), "m.onnx"), filepath.Join(t.TempDir(), "check.safetensors")
				require.NoError(t, write(cfg, out, check))
				text, err := exec.Command("node", "ort_step.mjs", out, "--check", check).CombinedOutput()
				require.NoError(t, err, string(text))
				t.Logf("%s", text)
			})
		}
	}
}
