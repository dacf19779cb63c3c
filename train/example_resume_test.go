package train_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
	"github.com/rereadml/reread/train/eval"
)

// trainOn trains a fresh model to sort, or goes on from the checkpoint if there is
// one. It returns a model of the averaged weights, which it has saved beside that.
func trainOn(ctx context.Context, checkpoint string, onStep func(*train.Report) error) (*nn.Model, error) {
	model, err := sortingModel()
	if err != nil {
		return nil, err
	}
	feed, err := data.NewSampler(sorting{seed: 1, count: 50_000}, 7)
	if err != nil {
		return nil, err
	}
	settings := sortingSettings()
	settings.Steps = 300
	trainer, err := train.New(model, feed, settings, train.Options{})
	if err != nil {
		return nil, err
	}
	defer trainer.Close()
	if err := trainer.LoadCheckpoint(checkpoint); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err := trainer.Run(ctx, train.RunOptions{Checkpoint: checkpoint, OnStep: onStep}); err != nil {
		return nil, err
	}
	path := checkpoint + ".averaged"
	if err := trainer.WithEMA(func() error { return model.Save(path) }); err != nil {
		return nil, err
	}
	return reread.Load(path)
}

// A run that is interrupted ends with the bits of one that is not.
func Example_resume() {
	folder, err := os.MkdirTemp("", "sorting")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	ctx, interrupt := context.WithCancel(context.Background())
	part := filepath.Join(folder, "run.safetensors")
	_, err = trainOn(ctx, part, func(r *train.Report) error {
		if r.Step == 50 {
			interrupt() // as Ctrl-C does by signal.NotifyContext
		}
		return nil
	})
	fmt.Println(err)

	ctx = context.Background()
	resumed, err := trainOn(ctx, part, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	whole, err := trainOn(ctx, filepath.Join(folder, "whole.safetensors"), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("the same weights:", slices.Equal(resumed.Params().Data(), whole.Params().Data()))

	result, err := eval.Evaluate(ctx, resumed, sorting{seed: 2, count: 100}, eval.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	report := result.Report()
	fmt.Println(report.Puzzles, "rows evaluated")
	fmt.Println("digits in their place, more than half:", report.Cell > 0.5)
	// Output:
	// train: stopped at step 50 of 300: context canceled
	// the same weights: true
	// 100 rows evaluated
	// digits in their place, more than half: true
}
