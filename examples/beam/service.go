package main

import (
	"context"
	"os"
	"sync"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime/graphx"
	jobpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/jobmanagement_v1"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/universal/runnerlib"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/util/grpcx"
)

// service is a job service of Beam. The universal runner of the SDK takes the address
// of external workers from the flags, the same for all jobs. A service has jobs beside
// each other with one worker each. It is safe for concurrent use.
type service struct {
	client jobpb.JobServiceClient
	mu     sync.Mutex // of what is global in Beam
}

// openService returns the job service of the flags, or else Prism in this process.
func openService(ctx context.Context) (*service, error) {
	if *jobopts.Endpoint == "" {
		client, err := prism.CreateJobServer(ctx, prism.Options{})
		if err != nil {
			return nil, err
		}
		return &service{client: client}, nil
	}
	conn, err := grpcx.Dial(ctx, *jobopts.Endpoint, time.Minute)
	if err != nil {
		return nil, err
	}
	return &service{client: jobpb.NewJobServiceClient(conn)}, nil // for the rest of the program
}

// run builds a pipeline and runs it on the external worker at an address, to its end or
// that of the context.
func (s *service) run(ctx context.Context, build func(beam.Scope), addr string) error {
	job, err := s.submit(ctx, build, addr)
	if err != nil {
		return err
	}
	err = runnerlib.WaitForCompletion(ctx, s.client, job)
	if ctx.Err() != nil {
		s.client.Cancel(context.WithoutCancel(ctx), &jobpb.CancelJobRequest{JobId: job})
		return context.Cause(ctx)
	}
	return err
}

func (s *service) submit(ctx context.Context, build func(beam.Scope), addr string) (job string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, root := beam.NewPipelineWithRoot()
	build(root)
	edges, _, err := p.Build()
	if err != nil {
		return "", err
	}
	env, err := graphx.CreateEnvironment(ctx, graphx.URNEnvExternal, func(context.Context) string { return addr })
	if err != nil {
		return "", err
	}
	env.Dependencies = nil // the worker has the program
	pipeline, err := graphx.Marshal(edges, &graphx.Options{Environment: env})
	if err != nil {
		return "", err
	}
	id, endpoint, token, err := runnerlib.Prepare(ctx, s.client, pipeline, &runnerlib.JobOptions{
		Name: jobopts.GetJobName(), Experiments: jobopts.GetExperiments(), Parallelism: *jobopts.Parallelism,
	})
	if err != nil {
		return "", err
	}
	// There is nothing to stage, but a service may wait for the end of it.
	if token, err = runnerlib.Stage(ctx, id, endpoint, os.DevNull, token); err != nil {
		return "", err
	}
	return runnerlib.Submit(ctx, s.client, id, token)
}
