//go:build !linux

package simd

import (
	"testing"
	"time"
)

func newClock(*testing.B) func() time.Duration {
	start := time.Now()
	return func() time.Duration { return time.Since(start) }
}
