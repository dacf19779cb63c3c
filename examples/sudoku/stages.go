package main

import "context"

// trainStages begins or resumes a run and takes it through the stages that it
// has from there.
func (p *program) trainStages(ctx, within context.Context, f *runFlags, choice *settingFlags) error {
	r, err := p.firstPart(ctx, f, choice)
	for {
		if err == nil {
			err = r.run(ctx, within)
		}
		r.close()
		if err != nil || !r.finished() || r.folder == runFolder(f.Out) {
			return err
		}
		var next *settings
		if next, err = r.settings.next(r.folder); err != nil || next == nil {
			return err
		}
		r, err = p.beginStage(ctx, f, next)
	}
}

// firstPart returns the stage of a run that a call of the program begins with.
func (p *program) firstPart(ctx context.Context, f *runFlags, choice *settingFlags) (*trainRun, error) {
	out := runFolder(f.Out)
	r := &trainRun{p: p, f: f, folder: out}
	if f.Resume {
		if n := out.lastStage(); n > 0 {
			r.folder = out.stage(n)
		}
		return r, r.resume(choice)
	}
	s, err := choice.fresh()
	if err != nil {
		return r, err
	}
	if err := out.checkFree(); err != nil {
		return r, err
	}
	r.settings = s
	if next, err := s.next(out); err != nil || next == nil || choice.stage > 0 {
		return r, r.begin(ctx)
	}
	return p.beginStage(ctx, f, s)
}

func (p *program) beginStage(ctx context.Context, f *runFlags, s *settings) (*trainRun, error) {
	r := &trainRun{p: p, f: f, folder: runFolder(f.Out).stage(s.Stage), settings: s}
	p.progress("stage %d of preset %s\n", s.Stage, s.Preset)
	return r, r.begin(ctx)
}
