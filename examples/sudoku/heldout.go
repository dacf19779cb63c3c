package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/train"
	"github.com/rereadml/reread/train/eval"
)

// heldOut are puzzles that a run is evaluated on, with the best that it did.
type heldOut struct {
	rows   data.Rows
	digest string
	best   score
	step   uint64 // of the last evaluation
}

// score is the metadata of best.safetensors.
type score struct {
	Step    uint64  `json:"step"`
	Exact   float64 `json:"exact"`
	Cell    float64 `json:"cell"`
	Puzzles string  `json:"puzzles"` // their digest
}

const metaScore = "reread.evaluation"

// better reports whether s beats other, which may be of other puzzles and then
// says nothing.
func (s *score) better(other *score) bool {
	if s.Puzzles != other.Puzzles || s.Exact != other.Exact {
		return s.Puzzles != other.Puzzles || s.Exact > other.Exact
	}
	return s.Cell > other.Cell
}

// openHeldOut opens the puzzles of -eval, if there are to be any.
func (r *trainRun) openHeldOut() error {
	if r.f.eval == "" {
		return nil
	}
	set, err := openRows(r.f.eval)
	if err != nil {
		return err
	}
	r.sets = append(r.sets, set)
	rows := data.Spread(set.Examples(), r.f.evalN)
	sum, err := digest(rows)
	r.held = &heldOut{rows: rows, digest: sum}
	return err
}

// loadBest reads how good the weights in best.safetensors are, if there are
// any.
func (h *heldOut) loadBest(path string) error {
	if h == nil {
		return nil
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	f, err := safetensors.Open(path)
	if err != nil {
		return command.AsBadInput(err)
	}
	defer f.Close()
	if err := json.Unmarshal([]byte(f.Metadata()[metaScore]), &h.best); err != nil {
		return command.BadInput("%s: metadata %s: %w", path, metaScore, err)
	}
	return nil
}

// evaluate measures, logs, draws and shows the accuracy on the held-out puzzles
// of the weights after a step, unless there are none, the run is to end at once,
// or it did so at this step. Averaged weights come first; where they are the
// best so far, they are kept.
func (r *trainRun) evaluate(ctx context.Context, now *train.Report) error {
	if r.held == nil || now.Step == r.held.step || ctx.Err() != nil {
		return nil
	}
	r.held.step = now.Step
	var averaged, trained *eval.Report
	err := r.trainer.WithEMA(func() (err error) {
		if averaged, err = r.measure(ctx); err != nil {
			return err
		}
		return r.keepBest(now.Step, averaged)
	})
	if err == nil && r.trainer.EMA() != nil {
		trained, err = r.measure(ctx)
	}
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	text := fmt.Sprintf("evaluation at step %d: %s exact, %s of cells", now.Step, percent(averaged.Exact), percent(averaged.Cell))
	values := []train.Value{
		{Name: "all/exact_accuracy", Value: averaged.Exact},
		{Name: "all/accuracy", Value: averaged.Cell},
		{Name: "all/steps", Value: averaged.MeanSteps},
	}
	if trained != nil {
		text += fmt.Sprintf("; not averaged %s, %s", percent(trained.Exact), percent(trained.Cell))
		values = append(values,
			train.Value{Name: "trained/exact_accuracy", Value: trained.Exact},
			train.Value{Name: "trained/accuracy", Value: trained.Cell})
	}
	r.p.progress("%s\n", text)
	if err := r.log.Write(now, values); err != nil {
		return err
	}
	return showLog(r.folder, r.settings)
}

func (r *trainRun) measure(ctx context.Context) (*eval.Report, error) {
	result, err := eval.Evaluate(ctx, r.model, r.held.rows, eval.Options{Workers: r.f.Workers})
	if err != nil {
		return nil, err
	}
	return result.Report(), nil
}

// keepBest saves the model with its score if that is the best so far.
func (r *trainRun) keepBest(step uint64, e *eval.Report) error {
	s := score{step, e.Exact, e.Cell, r.held.digest}
	if !s.better(&r.held.best) {
		return nil
	}
	meta, err := r.model.Metadata()
	if err != nil {
		return err
	}
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	meta[metaScore] = string(text)
	if err := safetensors.WriteFile(r.folder.file(bestFile), meta, r.model.StateTensors()); err != nil {
		return err
	}
	r.held.best = s
	return nil
}

func percent(share float64) string { return fmt.Sprintf("%.2f%%", 100*share) }
