package main

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkOuterStep is the outer step over the weights of 100 shards, of the size of the
// preset units, files included.
func BenchmarkOuterStep(b *testing.B) {
	p := presets["units"]
	m, err := p.start("", 0)
	require.NoError(b, err)
	const shards = 100
	r := &rounds{job: &trainJob{Shards: shards, Outer: outer{0.7, 0.9}}, files: runFiles{b.TempDir(), shards}, out: io.Discard}
	require.NoError(b, saveRound(r.files.weights(0), m, nil, tally{}))
	for shard := range shards {
		require.NoError(b, m.Save(r.files.checkpoint(1, shard)))
	}
	for b.Loop() {
		require.NoError(b, r.outerStep(1, tally{}))
	}
}
