package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

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

// eachPart calls do for so many parts of the numbers of n shards, with a scope that
// [partOf] knows. The shards of a part may go to different workers as well.
func eachPart(s beam.Scope, n, parts int, do func(s beam.Scope, shards beam.PCollection)) {
	for part := range parts {
		var numbers []int
		for i := part; i < n; i += parts {
			numbers = append(numbers, i)
		}
		s := s.Scope(partScope(part))
		do(s, beam.Reshuffle(s, beam.CreateList(s, numbers)))
	}
}

func partScope(part int) string { return fmt.Sprintf("Part %d", part) }
