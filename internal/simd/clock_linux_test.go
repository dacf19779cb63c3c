package simd

import (
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// newClock returns the time that this thread has spent on a CPU, without the
// time in which other work had it.
func newClock(b *testing.B) func() time.Duration {
	runtime.LockOSThread()
	b.Cleanup(runtime.UnlockOSThread)
	return func() time.Duration {
		var t unix.Timespec
		if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
			b.Fatal(err)
		}
		return time.Duration(t.Nano())
	}
}
