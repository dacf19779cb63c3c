package trainrun

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"time"

	"github.com/rereadml/reread/internal/command"
)

// Flags are those of a command that trains which may differ from one part of a run to
// the next.
type Flags struct {
	Out       string
	Resume    bool
	Limit     time.Duration // 0: none
	SaveEvery time.Duration
	Workers   int // 0: one for each processor
}

// Add adds the flags to those of a command.
func (f *Flags) Add(fs *flag.FlagSet) {
	fs.StringVar(&f.Out, "out", "", "`folder` of the run, made if need be")
	fs.BoolVar(&f.Resume, "resume", false, "go on with the run in the folder")
	fs.DurationVar(&f.Limit, "time", 0, "train for this `time`, such as 90m, then save and stop (default no limit)")
	fs.DurationVar(&f.SaveEvery, "save-every", 5*time.Minute, "`time` between two saves")
	fs.IntVar(&f.Workers, "workers", 0, "goroutines that compute, without effect on the result (default one for each processor)")
}

// Check reports a value that a flag can not have.
func (f *Flags) Check() error {
	switch {
	case f.Out == "":
		return command.BadInput("train: -out is missing")
	case f.Limit < 0 || f.Workers < 0 || f.SaveEvery <= 0:
		return command.BadInput("train: -time and -workers must not be negative, -save-every more than 0")
	}
	return nil
}

// CheckResumed reports, where -resume is given, other flags of the command, as a
// resumed run has its settings from the folder, and a folder without a run.
func (f *Flags) CheckResumed(fs *flag.FlagSet) (err error) {
	if !f.Resume {
		return nil
	}
	own := flag.NewFlagSet("", flag.ContinueOnError)
	new(Flags).Add(own)
	fs.Visit(func(given *flag.Flag) {
		if own.Lookup(given.Name) == nil {
			err = command.BadInput("train: -%s is that of the run in the folder; it does not go with -resume", given.Name)
		}
	})
	return cmp.Or(err, CheckRun(f.Out))
}

// ErrTimeUp is the end of -time.
var ErrTimeUp = errors.New("the time is up")

// Within returns a context that also ends after -time, by [ErrTimeUp].
func (f *Flags) Within(ctx context.Context) (context.Context, context.CancelFunc) {
	if f.Limit == 0 {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, f.Limit, ErrTimeUp)
}
