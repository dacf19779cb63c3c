package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rereadml/reread/train/eval"
)

// curve is how accurate an answer of a model is, by what it may cost.
type curve struct {
	name   string
	points []point
}

// point is the accuracy, in per cent with its interval, at a cost.
type point struct {
	cost                  float64
	accuracy, least, most float64
}

// axis is what accuracy is drawn against.
type axis struct {
	name string
	cost func(r *eval.Report, s *eval.StepScore, a *eval.AnswerScore) float64
}

var axes = map[string]axis{
	"steps": {"supervision steps at most", func(_ *eval.Report, s *eval.StepScore, _ *eval.AnswerScore) float64 {
		return float64(s.Step)
	}},
	"mean": {"supervision steps a puzzle", meanSteps},
	"ms": {"milliseconds a puzzle", func(r *eval.Report, s *eval.StepScore, a *eval.AnswerScore) float64 {
		return meanSteps(r, s, a) * 1000 * r.Seconds / (float64(r.Puzzles) * r.MeanSteps)
	}},
}

// meanSteps are those up to the answer, when thinking ends there.
func meanSteps(_ *eval.Report, _ *eval.StepScore, a *eval.AnswerScore) float64 { return a.MeanSteps }

// read reads what an evaluation left.
func read(name string) (*eval.Report, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	r := new(eval.Report)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("%s: not the JSON of an evaluation: %w", name, err)
	}
	if r.Puzzles == 0 || len(r.ByStep) == 0 || r.MeanSteps == 0 {
		return nil, fmt.Errorf("%s: not the JSON of an evaluation, or one without puzzles", name)
	}
	return r, nil
}

// curves are those of the answers in a report that was read from a file.
func curves(file string, r *eval.Report, answers []eval.Answer, x axis) ([]curve, error) {
	name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	var all []curve
	for _, want := range answers {
		c := curve{name: name}
		if len(answers) > 1 {
			c.name += ", " + string(want)
		}
		for i := range r.ByStep {
			s := &r.ByStep[i]
			for k := range s.Answers {
				if a := &s.Answers[k]; a.Answer == want {
					c.points = append(c.points, point{x.cost(r, s, a), 100 * a.Exact, 100 * a.Wilson.Low, 100 * a.Wilson.High})
				}
			}
		}
		if c.points == nil {
			return nil, fmt.Errorf("%s: no answer was scored as %s", file, want)
		}
		all = append(all, c)
	}
	return all, nil
}
