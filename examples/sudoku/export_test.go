package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExport(t *testing.T) {
	path := filepath.Join(t.TempDir(), "small.onnx")
	r := call(t, "", "export", "-o", path)
	require.Zero(t, r.code, r.stderr)
	require.Equal(t, "wrote "+path+"\n", r.stdout)
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	var want bytes.Buffer
	require.NoError(t, pretrainedModel(t).WriteONNX(&want))
	require.True(t, bytes.Equal(want.Bytes(), got))

	// The same model, this time from a file.
	again := filepath.Join(t.TempDir(), "again.onnx")
	require.Zero(t, call(t, "", "export", "-weights", "pretrained/units.safetensors", "-o", again).code)
	got, err = os.ReadFile(again)
	require.NoError(t, err)
	require.True(t, bytes.Equal(want.Bytes(), got))
}

func TestExportFails(t *testing.T) {
	r := call(t, "", "export", "-weights", "no/such/file", "-o", filepath.Join(t.TempDir(), "x.onnx"))
	require.Equal(t, 2, r.code)
	require.Contains(t, r.stderr, "no/such/file")

	r = call(t, "", "export", "-o", filepath.Join(t.TempDir(), "no", "such.onnx"))
	require.Equal(t, 1, r.code)
	require.Contains(t, r.stderr, "such.onnx")
	require.Empty(t, r.stdout)
}
