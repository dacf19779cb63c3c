package flops_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/internal/flops"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// small has numbers that can be multiplied by hand.
func small() nn.Arch {
	return nn.Arch{
		SeqLen: 16, VocabSize: 6, HiddenSize: 8, Expansion: 4, IntermediateSize: 10, NumHeads: 2,
		HLayers: 3, LLayers: 1, HCycles: 2, LCycles: 3, PosEncodings: nn.PosNone, HaltMaxSteps: 2,
	}
}

const (
	channel   = 2 * 16 * 8 * 3 * 10
	tokenMLP  = 2 * 16 * 8 * 3 * 256
	attention = 2*16*8*4*8 + 2*(4*16*16*4) // maps, and scores and values of two heads
)

func TestCall(t *testing.T) {
	a := small()
	require.EqualValues(t, 2*(channel+tokenMLP), flops.Call(&a, 2, true))
	require.EqualValues(t, 2*(channel+attention), flops.Call(&a, 2, false))

	a.HeadGroups = []string{"row", "all"}
	require.EqualValues(t, channel+2*16*8*4*8+4*16*16*4+4*16*4*4, flops.Call(&a, 1, false))

	a.HeadGroups, a.Units = nil, nn.Units{{{0, 1}, {2, 3}}, {{0, 2}}}
	require.EqualValues(t, channel+2*(2*16+3)*8*8, flops.Call(&a, 1, false))
}

func TestTRM(t *testing.T) {
	c := trm.Config{Arch: small()}
	const call = channel + attention
	require.Equal(t, flops.Step{Forward: 8 * call, Training: (8 + 2*4) * call}, flops.TRM(&c))
	c.TwoNetworks = true
	require.Equal(t, flops.Step{Forward: (6 + 2*3) * call, Training: (6 + 2*3 + 2*(3+3)) * call}, flops.TRM(&c))
}

func TestHRM(t *testing.T) {
	c := hrm.Config{Arch: small()}
	const call, forward = channel + attention, (2*3 + 2*3) * (channel + attention)
	require.Equal(t, flops.Step{Forward: forward, Training: 2*forward + 2*(1+3)*call}, flops.HRM(&c))
	c.HaltMaxSteps = 1
	require.Equal(t, flops.Step{Forward: forward, Training: forward + 2*(1+3)*call}, flops.HRM(&c))
}
