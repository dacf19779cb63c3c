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

// runPipeline builds a pipeline and runs it to its end on the runner of the flags.
func runPipeline(ctx context.Context, build func(beam.Scope)) (beam.PipelineResult, error) {
	if *jobopts.Async {
		return nil, errors.New("--async: what a pipeline leaves is read at its end")
	}
	p, s := beam.NewPipelineWithRoot()
	build(s)
	return beam.Run(ctx, cmp.Or(*runners.Runner, "prism"), p)
}

// shards returns the numbers of n shards, each of which may go to another worker.
func shards(s beam.Scope, n int) beam.PCollection {
	numbers := make([]int, n)
	for i := range numbers {
		numbers[i] = i
	}
	return beam.Reshuffle(s, beam.CreateList(s, numbers))
}
