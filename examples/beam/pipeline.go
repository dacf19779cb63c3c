package main

import (
	"cmp"
	"context"
	"errors"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners"

	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism" // with it the universal runner
)

var errAsync = errors.New("--async: what a pipeline leaves is read at its end")

// runPipeline builds a pipeline and runs it to its end on the runner of the flags.
func runPipeline(ctx context.Context, build func(beam.Scope)) (beam.PipelineResult, error) {
	if *jobopts.Async {
		return nil, errAsync
	}
	p, s := beam.NewPipelineWithRoot()
	build(s)
	return beam.Run(ctx, cmp.Or(*runners.Runner, "prism"), p)
}

// every returns the numbers of so many shards, from the first one on.
func every(step, first, shards int) []int {
	var numbers []int
	for i := first; i < shards; i += step {
		numbers = append(numbers, i)
	}
	return numbers
}

// spread returns the numbers of shards, each of which may go to another worker.
func spread(s beam.Scope, shards []int) beam.PCollection {
	return beam.Reshuffle(s, beam.CreateList(s, shards))
}
