package simd

import (
	"go/build"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

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

func TestStartLevel(t *testing.T) {
	for _, level := range Levels() {
		require.Equal(t, level, startLevel(level.String()))
	}
	highest := Levels()[len(Levels())-1]
	require.Equal(t, highest, startLevel(""))
	require.Equal(t, highest, startLevel("sse9"), "an unknown name is ignored")
}

func TestSetLevelRefusesMissing(t *testing.T) {
	before := Active()
	_, err := SetLevel(Level(200))
	require.ErrorContains(t, err, "level(200)")
	require.Equal(t, before, Active())
}

// With the tag purego the package has no assembly.
func TestPuregoHasNoAssembly(t *testing.T) {
	for _, arch := range []string{"amd64", "arm64", "386", "wasm"} {
		ctx := build.Default
		ctx.GOARCH, ctx.BuildTags = arch, []string{"purego"}
		p, err := ctx.ImportDir(".", 0)
		require.NoError(t, err)
		require.Empty(t, p.SFiles, arch)
	}
}

// TestEnvLevelInEffect fails where the environment asks for a level that is not
// in use, so that tests at a lowered level test what they say.
func TestEnvLevelInEffect(t *testing.T) {
	if want := os.Getenv(EnvLevel); want != "" && Active().String() != want {
		t.Errorf("%s is %q, the level in use is %v", EnvLevel, want, Active())
	}
}
