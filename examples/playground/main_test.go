package main

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/internal/command"
)

func TestUsage(t *testing.T) {
	var help bytes.Buffer
	err := run(t.Context(), []string{"-h"}, &help)
	require.Zero(t, command.Status("playground", err, io.Discard))
	require.Contains(t, help.String(), "usage: playground")
	require.Contains(t, help.String(), "-static folder")
	for _, args := range [][]string{{"8080"}, {"-port", "8080"}} {
		require.Equal(t, 2, command.Status("playground", run(t.Context(), args, io.Discard), io.Discard), args)
	}
}
