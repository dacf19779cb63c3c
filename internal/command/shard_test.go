package command

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestShard(t *testing.T) {
	var s Shard
	require.Empty(t, s.String())
	require.True(t, s.Has(7), "the whole set")
	require.NoError(t, s.Set("2/3"))
	require.Equal(t, Shard{Part: 2, Of: 3}, s)
	require.Equal(t, "2/3", s.String())
	for row, has := range []bool{false, true, false, false, true} {
		require.Equal(t, has, s.Has(row), row)
	}
	for _, text := range []string{"", "1", "0/2", "3/2", "-1/2", "1/2x", "1/2/3", "/"} {
		require.EqualError(t, new(Shard).Set(text), "want i/n, from 1/n to n/n", text)
	}
}

func TestCount(t *testing.T) {
	for n, text := range []string{"0 steps", "1 step", "2 steps"} {
		require.Equal(t, text, Count(n, "step"))
	}
}
