package train

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

// TestPackingBetweenSteps: weights that someone has laid out for something else
// are an error of the next step, which changes nothing, so that the run goes on
// as if nothing had been once they are laid out for training again.
func TestPackingBetweenSteps(t *testing.T) {
	const forInference = "train: step 4: nn: the weights are laid out for inference, the worker trains"
	otherPrecision := func(have, want nn.Precision) string {
		return fmt.Sprintf("train: step 4: nn: the weights are laid out for %s, the worker is for %s", have, want)
	}
	for _, c := range []struct {
		run, pack nn.Precision
		train     bool
		want      string
	}{
		{nn.FP32, nn.INT8, false, otherPrecision(nn.INT8, nn.FP32)},
		{nn.FP32, nn.FP32, false, forInference},
		{nn.FP32, nn.BF16, true, otherPrecision(nn.BF16, nn.FP32)},
		{nn.BF16, nn.INT8, false, otherPrecision(nn.INT8, nn.BF16)},
		{nn.BF16, nn.BF16, false, forInference},
		{nn.BF16, nn.FP32, true, otherPrecision(nn.FP32, nn.BF16)},
	} {
		for _, kind := range allKinds() {
			t.Run(fmt.Sprintf("%s/%s/%s %v", kind, c.run, c.pack, c.train), func(t *testing.T) {
				cfg := tinyConfig(5, 20) // a shard for each row
				cfg.Precision = c.run
				whole := newTrainer(t, newModel(t, kind, tinyArch()), cfg, 1)
				m := newModel(t, kind, tinyArch())
				tr := newTrainer(t, m, cfg, 2)
				steps(t, whole, 3)
				steps(t, tr, 3)
				require.NoError(t, m.Pack(c.pack, c.train))
				for range 2 {
					_, err := tr.Step()
					require.EqualError(t, err, c.want)
					require.Equal(t, uint64(3), tr.StepsDone())
				}
				require.NoError(t, m.Pack(cfg.Precision, true))
				steps(t, whole, 3)
				steps(t, tr, 3)
				require.Equal(t, fileHash(t, saved(t, whole)), fileHash(t, saved(t, tr)))
			})
		}
	}
}

// TestPackingOfAverages: the same holds where the averaged weights are looked
// at in another precision.
func TestPackingOfAverages(t *testing.T) {
	cfg := tinyConfig(5, 20)
	whole := newTrainer(t, newModel(t, kindMLP, tinyArch()), cfg, 1)
	m := newModel(t, kindMLP, tinyArch())
	tr := newTrainer(t, m, cfg, 2)
	steps(t, whole, 3)
	steps(t, tr, 3)
	var exact, rounded []float32
	require.NoError(t, tr.WithEMA(func() error {
		exact = answers(t, m)
		err := m.Pack(nn.INT8, false)
		rounded = answers(t, m)
		return err
	}))
	require.NotEqual(t, exact, rounded)
	require.Equal(t, nn.FP32, m.Precision(), "training goes on as before")
	steps(t, whole, 3)
	steps(t, tr, 3)
	require.Equal(t, fileHash(t, saved(t, whole)), fileHash(t, saved(t, tr)))
}
