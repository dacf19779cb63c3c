package train

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/trm"
)

func TestGroupSize(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	small, err := trm.New(trm.SudokuSmall(), rng) // 6 MB of tape, 1 MB of weights
	require.NoError(t, err)
	require.Equal(t, 1, groupSize(small, 48))
	wide := tinyArch()
	wide.HiddenSize, wide.LLayers, wide.HLayers = 256, 4, 4
	heavy, err := hrm.New(hrm.Config{Arch: wide}, rng) // hundreds of weights for each activation
	require.NoError(t, err)
	require.Equal(t, 8, groupSize(heavy, 48))
	require.Equal(t, 2, groupSize(heavy, 2))
}
