package train

import (
	"slices"
	"testing"

	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/nn"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
)

// fourPuzzles repeats the first four puzzles of a feed.
type fourPuzzles struct{ Feed }

func (f fourPuzzles) At(n uint64, inputs, labels []int32) (int32, error) {
	return f.Feed.At(n%4, inputs, labels)
}

// TestLearns lets small models learn four puzzles by heart.
func TestLearns(t *testing.T) {
	for _, c := range []struct{ kind, optimizer string }{
		{kindMLP, AdamATan2}, {kindGroups, AdamW}, {kindHRM, AdamATan2}, {kindMLP, Muon}, {kindHRM, Muon},
	} {
		t.Run(c.kind+"/"+c.optimizer, func(t *testing.T) {
			m := newModel(t, c.kind, tinyArch())
			feed := fourPuzzles{feedFor(m)}
			cfg := tinyConfig(8, 200)
			cfg.LR, cfg.Optimizer, cfg.ClipNorm = 5e-3, c.optimizer, 0
			if c.optimizer == Muon {
				cfg.MuonLR, cfg.MuonMomentum, cfg.MuonDecay = 0.02, 0.9, 1e-4
			}
			tr := newTrainerOn(t, m, feed, cfg, 2)
			var losses []float64
			for range cfg.Steps {
				metrics, err := tr.Step()
				require.NoError(t, err)
				losses = append(losses, metrics.LMLoss/float64(cfg.BatchSize))
			}
			first, last := stat.Mean(losses[:5], nil), stat.Mean(losses[len(losses)-5:], nil)
			require.Less(t, last, first/5)
			require.NoError(t, tr.WithEMA(func() error {
				require.Equal(t, 4, solved(t, m, feed, 4))
				return nil
			}))
		})
	}
}

// solved counts which of the first n puzzles of a feed a model gets right in
// every labelled cell, after all its steps.
func solved(t *testing.T, m *nn.Model, feed Feed, n int) int {
	t.Helper()
	hand, right := newByHand(m, 1), 0
	for i := range n {
		hand.load(t, feed, uint64(i), 0)
		for range m.Arch().HaltMaxSteps {
			hand.step(t)
		}
		if wrongCells(hand.g.Answer().Logits, hand.b.labels) == 0 {
			right++
		}
	}
	return right
}

// wrongCells counts the labelled cells whose largest logit is not the label's.
func wrongCells(logits []float32, labels []int32) int {
	vocab, wrong := len(logits)/len(labels), 0
	for c, l := range labels {
		x := logits[c*vocab : (c+1)*vocab]
		if l != none && x[l] < slices.Max(x) {
			wrong++
		}
	}
	return wrong
}

// TestLevelsAgree compares the first losses at every instruction level. They
// drift apart only later, when rounding has been through many steps.
func TestLevelsAgree(t *testing.T) {
	for _, kind := range []string{kindMLP, kindHRM} {
		for _, loss := range []string{nn.LossStablemax, nn.LossSoftmax} {
			want := firstLosses(t, simd.Generic, kind, loss)
			for _, level := range simd.Levels() {
				got := firstLosses(t, level, kind, loss)
				require.InEpsilonSlice(t, want, got, 1e-3, "%s, %s at level %v", kind, loss, level)
			}
		}
	}
}

func firstLosses(t *testing.T, level simd.Level, kind, loss string) []float64 {
	t.Helper()
	previous, err := simd.SetLevel(level)
	require.NoError(t, err)
	defer func() {
		_, err := simd.SetLevel(previous)
		require.NoError(t, err)
	}()
	arch := tinyArch()
	arch.LossType = loss
	arch.HaltMaxSteps = 1 << 10
	m := newModel(t, kind, arch)
	copy(param(m, "q_head.bias"), []float32{-100, 100}) // rows that halt here and go on there would not compare
	tr := newTrainer(t, m, tinyConfig(2, 100), 2)
	var losses []float64
	for range 3 {
		metrics, err := tr.Step()
		require.NoError(t, err)
		losses = append(losses, metrics.LMLoss)
	}
	return losses
}
