package main

import (
	"context"
	"time"
)

// How a run of -anneal measures its speed, and which share of its time it
// plans for: evaluations and a slower hour are to fit in as well.
const (
	measureSteps   = 3 // at least
	measureTime    = 20 * time.Second
	measureShare   = 50 // of -time at most
	plannedPercent = 90
)

// anneal sets the number of steps to what fits into -time, so that the learning
// rate is lowered by its end. The speed is measured on a run that is thrown
// away; what begins then is one like any other of that many steps.
func (r *trainRun) anneal(ctx context.Context) error {
	m, err := startModel(r.settings)
	if err != nil {
		return err
	}
	t, err := r.newTrainer(m)
	if err != nil {
		return err
	}
	defer t.Close()
	if _, err := t.Step(); err != nil { // the first one grows buffers
		return err
	}
	within := min(measureTime, r.f.Limit/measureShare)
	start, n := time.Now(), 0
	for n < measureSteps || time.Since(start) < within {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := t.Step(); err != nil {
			return err
		}
		n++
	}
	speed := float64(n) / time.Since(start).Seconds()
	r.settings.Train.Steps = max(1, uint64(speed*r.f.Limit.Seconds()*plannedPercent/100))
	r.p.progress("%.3g steps/s: %d steps fill %d %% of %v\n", speed, r.settings.Train.Steps, plannedPercent, r.f.Limit)
	return nil
}
