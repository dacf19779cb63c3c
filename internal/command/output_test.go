package command

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheckOutput(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o666))
	for path, says := range map[string]string{
		"":                             "",
		"new":                          "",
		file:                           "",
		filepath.Join(dir, "new"):      "",
		filepath.Join(dir, "no", "it"): filepath.Join(dir, "no"),
		filepath.Join(file, "new"):     file + " is not a folder",
		dir:                            dir + " is a folder",
		dir + "/":                      dir + "/ is a folder",
	} {
		err := CheckOutput(path)
		if says == "" {
			require.NoError(t, err, path)
			continue
		}
		require.ErrorContains(t, err, says)
		require.Equal(t, 2, Status("test", err, io.Discard))
	}
}
