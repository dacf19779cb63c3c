package main

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime/graphx"
	jobpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/jobmanagement_v1"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/universal/runnerlib"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/util/grpcx"
)

// runParts builds a pipeline and runs it on a job service to its end, with each of its parts on the
// external worker at another address, and what is in no part on the first one.
func runParts(ctx context.Context, client jobpb.JobServiceClient, build func(beam.Scope), addrs []string) error {
	if *jobopts.Async {
		return errAsync
	}
	p, s := beam.NewPipelineWithRoot()
	build(s)
	edges, _, err := p.Build()
	if err != nil {
		return err
	}
	env, err := environment(ctx, addrs[0])
	if err != nil {
		return err
	}
	pipeline, err := graphx.Marshal(edges, &graphx.Options{Environment: env})
	if err != nil {
		return err
	}
	for part, addr := range addrs[1:] {
		if env, err = environment(ctx, addr); err != nil {
			return err
		}
		move(pipeline.Components, partScope(part+1), env)
	}
	return submit(ctx, client, pipeline)
}

// environment is that of an external worker, which has the program already.
func environment(ctx context.Context, addr string) (*pipepb.Environment, error) {
	env, err := graphx.CreateEnvironment(ctx, graphx.URNEnvExternal, func(context.Context) string { return addr })
	if err != nil {
		return nil, err
	}
	env.Dependencies = nil
	return env, nil
}

// move has the transforms within a scope run in an environment. The SDK has only one
// for a pipeline, and Prism only one worker for an environment.
func move(c *pipepb.Components, scope string, env *pipepb.Environment) {
	c.Environments[scope] = env
	for _, t := range c.Transforms {
		if t.EnvironmentId != "" && strings.Contains(t.UniqueName, "/"+scope+"/") {
			t.EnvironmentId = scope
		}
	}
}

// submit runs a pipeline on a job service, to its end or that of the context.
func submit(ctx context.Context, client jobpb.JobServiceClient, p *pipepb.Pipeline) error {
	opt := &runnerlib.JobOptions{
		Name: jobopts.GetJobName(), Experiments: jobopts.GetExperiments(), Parallelism: *jobopts.Parallelism,
	}
	id, endpoint, token, err := runnerlib.Prepare(ctx, client, p, opt)
	if err != nil {
		return err
	}
	// There is nothing to stage, but a service may wait for the end of it.
	if token, err = runnerlib.Stage(ctx, id, endpoint, os.DevNull, token); err != nil {
		return err
	}
	job, err := runnerlib.Submit(ctx, client, id, token)
	if err != nil {
		return err
	}
	err = runnerlib.WaitForCompletion(ctx, client, job)
	if ctx.Err() != nil {
		client.Cancel(context.WithoutCancel(ctx), &jobpb.CancelJobRequest{JobId: job})
		return context.Cause(ctx)
	}
	return err
}

// jobService returns a client, for the rest of the program, of the job service of the
// flags, or else of one in this process.
func jobService(ctx context.Context) (jobpb.JobServiceClient, error) {
	if *jobopts.Endpoint == "" {
		return prism.CreateJobServer(ctx, prism.Options{})
	}
	conn, err := grpcx.Dial(ctx, *jobopts.Endpoint, time.Minute)
	if err != nil {
		return nil, err
	}
	return jobpb.NewJobServiceClient(conn), nil
}
