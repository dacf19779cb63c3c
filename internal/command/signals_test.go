//go:build unix

package command

import (
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestInterruptible(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM, syscall.SIGINT} {
		t.Run(s.String(), func(t *testing.T) {
			if s == hangup && signal.Ignored(s) {
				t.Skip("the tests run under nohup")
			}
			ctx := Interruptible()
			require.NoError(t, ctx.Err())
			require.NoError(t, syscall.Kill(syscall.Getpid(), s))
			select {
			case <-ctx.Done():
			case <-time.After(time.Minute):
				t.Fatal("the signal was not seen")
			}
		})
	}
}
