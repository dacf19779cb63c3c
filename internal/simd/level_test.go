package simd

import "testing"

// forEachLevel runs f as a subtest at every level of this machine.
func forEachLevel(t *testing.T, f func(t *testing.T, level Level)) {
	t.Helper()
	for _, level := range Levels() {
		t.Run(level.String(), func(t *testing.T) {
			setLevel(t, level)
			f(t, level)
		})
	}
}

// setLevel makes level active until the test or benchmark ends.
func setLevel(tb testing.TB, level Level) {
	tb.Helper()
	previous, err := SetLevel(level)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _, _ = SetLevel(previous) })
}
