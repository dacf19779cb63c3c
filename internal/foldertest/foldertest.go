// Package foldertest compares data set folders in tests.
package foldertest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// RequireSame requires that a split of two data sets is the same: the arrays byte for
// byte, dataset.json and identifiers.json by what they say, as the published ones
// differ among themselves in the order of keys.
func RequireSame(t testing.TB, want, got, split string) {
	t.Helper()
	for _, name := range []string{"inputs", "labels", "puzzle_identifiers", "puzzle_indices", "group_indices"} {
		name = filepath.Join(split, "all__"+name+".npy")
		// Not by a comparison that prints a megabyte where it fails.
		require.True(t, read(t, want, name) == read(t, got, name), name)
	}
	for _, name := range []string{"identifiers.json", filepath.Join(split, "dataset.json")} {
		require.JSONEq(t, read(t, want, name), read(t, got, name), name)
	}
}

func read(t testing.TB, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return string(b)
}
