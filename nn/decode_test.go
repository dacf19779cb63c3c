package nn_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

func TestArgMax(t *testing.T) {
	for _, c := range []struct {
		x    []float32
		want int
	}{{[]float32{3}, 0}, {[]float32{1, 2, 0}, 1}, {[]float32{5, 5, 5}, 0}, {[]float32{-3, -1, -1, -2}, 1}} {
		require.Equal(t, c.want, nn.ArgMax(c.x), c.x)
	}
}
