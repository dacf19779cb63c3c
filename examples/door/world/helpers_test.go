package world

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// corridor is a layout with a single way.
const corridor = `
A.K####
.######
.######
.D....#
#####.#
#####.G
#######`

func parse(t *testing.T, text string) Layout {
	t.Helper()
	l, err := Parse(strings.TrimPrefix(text, "\n"))
	require.NoError(t, err)
	return l
}

// generated returns the first layouts of a seed.
func generated(seed uint64, n int) []Layout {
	list := make([]Layout, n)
	for i := range list {
		list[i] = Generate(rand.New(rand.NewPCG(seed, uint64(i))))
	}
	return list
}
