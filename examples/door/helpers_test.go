package main

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/examples/door/world"
	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// corridor has a single way, of 15 moves, which crosses itself.
const corridor = `A.K####
.######
.######
.D....#
#####.#
#####.G
#######
`

func parse(t *testing.T, text string) world.Layout {
	t.Helper()
	l, err := world.Parse(text)
	require.NoError(t, err)
	return l
}

// runProgram runs the program on a text as stdin.
func runProgram(t *testing.T, stdin string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, complaints bytes.Buffer
	p := &program{stdin: strings.NewReader(stdin), stdout: &out, stderr: &complaints}
	status = p.run(t.Context(), args)
	return out.String(), complaints.String(), status
}

// configs are of models of every kind that the program shows.
func configs() map[string]reread.Config {
	two := trm.Config{Arch: arch(), TwoNetworks: true}
	mixer := trm.Config{Arch: arch(), MLPT: true}
	mixer.HeadGroups, mixer.PosEncodings = nil, nn.PosNone
	return map[string]reread.Config{
		"hrm": hrm.Config{Arch: arch()}, "trm": trm.Config{Arch: arch()}, "two networks": two, "token mixing": mixer,
	}
}

func newModel(t *testing.T, c reread.Config) *nn.Model {
	t.Helper()
	d, err := c.Design()
	require.NoError(t, err)
	m, err := nn.New(d, rand.New(rand.NewPCG(1, 2)))
	require.NoError(t, err)
	return m
}
