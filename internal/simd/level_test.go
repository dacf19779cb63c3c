package simd

import (
	"fmt"
	"go/build"
	"os"
	"runtime"
	"strings"
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

// unlessShort returns all, or with -short, which is for emulated CPUs, few.
func unlessShort[T any](all, few T) T {
	if testing.Short() {
		return few
	}
	return all
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
	start := func(name string) (Level, error) {
		k, err := startLevel(name)
		return k.level, err
	}
	for _, level := range Levels() {
		for _, name := range []string{level.String(), strings.ToUpper(level.String())} {
			got, err := start(name)
			require.NoError(t, err)
			require.Equal(t, level, got)
		}
	}
	highest := Levels()[len(Levels())-1]
	got, err := start("")
	require.NoError(t, err)
	require.Equal(t, highest, got)
	got, err = start("sse9")
	require.EqualError(t, err, fmt.Sprintf("simd: REREAD_SIMD: there is no level \"sse9\" (have %v)", Levels()))
	require.Equal(t, highest, got)
	missing := NEON
	if runtime.GOARCH == "arm64" {
		missing = AVX2
	}
	got, err = start(missing.String())
	require.EqualError(t, err, fmt.Sprintf("simd: REREAD_SIMD: level %v is not available here (have %v)", missing, Levels()))
	require.Equal(t, highest, got)
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
	require.NoError(t, EnvError())
	if want := os.Getenv(EnvLevel); want != "" {
		require.Equal(t, strings.ToLower(want), Active().String())
	}
}
