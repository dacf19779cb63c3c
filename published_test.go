package reread_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor"
	"github.com/rereadml/reread/trm"
)

// envCheckpoints names a folder of weights that others trained with PyTorch and
// published.
const envCheckpoints = "REREAD_CHECKPOINTS"

// published opens one of them, or skips the test.
func published(t *testing.T, name string) *reread.File {
	t.Helper()
	dir := os.Getenv(envCheckpoints)
	if dir == "" {
		t.Skip(envCheckpoints + " does not name a folder of published weights")
	}
	f, err := reread.Open(filepath.Join(dir, name))
	require.NoError(t, err)
	t.Cleanup(func() { f.Close() })
	return f
}

// A TRM that adds numbers modulo 113, by adityapandey9/Progress-Measures-for-Grokking-in-TRM
// at 2fb8e7cc5161: it is right on all pairs, by the logits that it was trained to.
func TestModularAddition(t *testing.T) {
	f := published(t, "trm-modadd/seed_0_checkpoint_final.pt")
	const p = 113
	m, err := reread.Read(f, trm.Config{Arch: nn.Arch{
		SeqLen: 3, VocabSize: p + 1, HiddenSize: 128, Expansion: 4, NumHeads: 4, LLayers: 1, HCycles: 1, LCycles: 1,
		PosEncodings: nn.PosLearned, HaltMaxSteps: 1,
	}})
	require.NoError(t, err)
	cfg, err := reread.Detect(f, []byte("arch: {H_cycles: 1, L_cycles: 1, num_heads: 4, halt_max_steps: 1}"))
	require.NoError(t, err)
	require.Equal(t, m.Config(), cfg)

	w, right := m.NewWorker(p, 1), 0
	defer w.Close()
	for a := range p {
		g := m.NewGroup(p, false)
		for b := range p {
			copy(g.Inputs[3*b:], []int32{int32(a), int32(b), p})
		}
		require.NoError(t, w.Step(g))
		for b := range p {
			logits := g.Answer().Logits[(3*b+2)*(p+1):][:p+1]
			if nn.ArgMax(logits) == (a+b)%p {
				right++
			}
			if a == 5 && b == 7 {
				require.InDeltaSlice(t, []float32{1.5853, -3.1761, -2.5267, 13.5427}, []float32{logits[0], logits[1], logits[2], logits[12]}, 1e-4)
			}
		}
	}
	require.Equal(t, p*p, right)
}

// An HRM of grids by satwikshirsat04/HRM-CPU at 8eae52008dae: its trunk runs, and one
// row of its puzzle embedding is enough for one puzzle.
func TestToyHRM(t *testing.T) {
	f := published(t, "hrm-toy/hrm_best_model.pth")
	cfg, err := reread.Detect(f, []byte("arch: {H_cycles: 2, L_cycles: 2, num_heads: 4, halt_max_steps: 4, pos_encodings: rope}"))
	require.NoError(t, err)
	require.Equal(t, hrm.Config{Arch: nn.Arch{
		SeqLen: 900, VocabSize: 12, NumPuzzleIdentifiers: 2, PuzzleEmbNDim: 32, HiddenSize: 64, Expansion: 4, NumHeads: 4,
		HLayers: 1, LLayers: 1, HCycles: 2, LCycles: 2, PosEncodings: nn.PosRoPE, HaltMaxSteps: 4,
	}}, cfg, "of the expansions with the same sizes, the published one")
	m, err := reread.Read(f, cfg)
	require.NoError(t, err)

	one, err := nn.SelectPuzzles(f.Set, []int32{1}, 0)
	require.NoError(t, err)
	single := cfg.(hrm.Config)
	single.NumPuzzleIdentifiers = 1
	part, err := reread.Read(one, single)
	require.NoError(t, err)

	puzzle := reread.Puzzle{Tokens: arcGrid(), ID: 1}
	var answers []reread.Answer
	for _, m := range []*nn.Model{m, part} {
		got, err := reread.Solve(t.Context(), m, []reread.Puzzle{puzzle}, nil)
		require.NoError(t, err)
		answers = append(answers, got[0])
		puzzle.ID = 0
	}
	require.Equal(t, answers[0], answers[1])
}

// arcGrid is a grid of 3 x 3 cells as ARC has them.
func arcGrid() []int32 {
	tokens := make([]int32, 900)
	for row := range 4 {
		for col := range 4 {
			tokens[30*row+col] = int32(2 + (row+col)%3)
			if row == 3 || col == 3 {
				tokens[30*row+col] = 1
			}
		}
	}
	return tokens
}

// A TRM of Sudokus by AriusTXB/Recursive-Reasoning at c3b60b729d5c, which has names
// of its own: a set that gives its tensors ours is a model. Its halting head reads
// another vector and is not looked at.
func TestSudokuOfOtherNames(t *testing.T) {
	f := published(t, "trm-sudoku-528k/model.pt")
	m, err := reread.Read(renamed(t, f), trm.Config{Arch: nn.Arch{
		SeqLen: 81, VocabSize: 11, HiddenSize: 128, Expansion: 4, NumHeads: 4, LLayers: 2, HCycles: 1, LCycles: 2,
		PosEncodings: nn.PosRoPE, HaltMaxSteps: 10,
	}})
	require.NoError(t, err)
	path := os.Getenv("REREAD_SUDOKU_EXTREME")
	if path == "" {
		t.Skip("REREAD_SUDOKU_EXTREME does not name the file with 500 test puzzles of Sudoku-Extreme")
	}
	rows, err := sudoku.LoadCSV(path)
	require.NoError(t, err)
	const steps = 3
	var right [steps]int
	for _, row := range rows[:60] {
		want := row.Solution.AppendTokens(nil)
		puzzle := reread.Puzzle{Tokens: row.Question.AppendTokens(nil)}
		for step, err := range reread.Think(t.Context(), m, puzzle, &reread.Options{Steps: steps}) {
			require.NoError(t, err)
			for c, token := range step.Tokens {
				if token == want[c] {
					right[step.N-1]++
				}
			}
		}
	}
	// As its publishers' own forward pass has it.
	for i, share := range []float64{0.594, 0.631, 0.636} {
		require.InDelta(t, share, float64(right[i])/(60*81), 0.001)
	}
}

// renamed gives the tensors of a file the published names, in which the maps of
// queries, keys and values are one, and so are gate and up.
func renamed(t *testing.T, f *reread.File) *tensor.Set {
	t.Helper()
	var entries []tensor.Entry
	add := func(name string, parts ...string) {
		var data []byte
		rows := 0
		var shape []int
		for _, part := range parts {
			info, ok := f.Info("inner." + part)
			require.True(t, ok, part)
			b := make([]byte, info.Bytes)
			require.NoError(t, f.ReadBytes("inner."+part, b))
			data, rows, shape = append(data, b...), rows+info.Shape[0], info.Shape
		}
		shape[0] = rows
		info, err := tensor.NewInfo(name, tensor.F32, shape)
		require.NoError(t, err)
		entries = append(entries, tensor.Entry{Info: info, Data: bytes.NewReader(data)})
	}
	for _, name := range []string{"H_init", "L_init", "lm_head.weight", "q_head.weight", "q_head.bias"} {
		add(name, name)
	}
	add("embed_tokens.embedding_weight", "embed_tokens.weight")
	for _, layer := range []string{"L_level.layers.0.", "L_level.layers.1."} {
		attention, mlp := layer+"self_attn.", layer+"mlp."
		add(attention+"qkv_proj.weight", attention+"q_proj.weight", attention+"k_proj.weight", attention+"v_proj.weight")
		add(attention+"o_proj.weight", attention+"o_proj.weight")
		add(mlp+"gate_up_proj.weight", mlp+"w1.weight", mlp+"w3.weight")
		add(mlp+"down_proj.weight", mlp+"w2.weight")
	}
	return tensor.NewSet("renamed", nil, entries)
}
