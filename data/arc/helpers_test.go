package arc

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func newRNG(seed uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, 1))
}

// grid makes a grid of rows of digits with slashes between them.
func grid(rows string) Grid {
	if rows == "" {
		return Grid{}
	}
	lines := strings.Split(rows, "/")
	g := Grid{Rows: len(lines), Cols: len(lines[0])}
	for _, c := range strings.Join(lines, "") {
		g.Cells = append(g.Cells, uint8(c-'0'))
	}
	return g
}

// text is the reverse of grid.
func text(g Grid) string {
	var b strings.Builder
	for i, c := range g.Cells {
		if i > 0 && i%g.Cols == 0 {
			b.WriteByte('/')
		}
		b.WriteByte('0' + c)
	}
	return b.String()
}

// randomGrid draws a grid with sides up to most.
func randomGrid(rng *rand.Rand, most int) Grid {
	g := Grid{Rows: 1 + rng.IntN(most), Cols: 1 + rng.IntN(most)}
	for range g.Rows * g.Cols {
		g.Cells = append(g.Cells, uint8(rng.IntN(Colours)))
	}
	return g
}

// randomTask draws a task of the given numbers of pairs with sides up to most.
func randomTask(rng *rand.Rand, id string, train, test, most int) Task {
	pairs := func(n int) []Pair {
		var p []Pair
		for range n {
			p = append(p, Pair{randomGrid(rng, most), randomGrid(rng, most)})
		}
		return p
	}
	return Task{ID: id, Train: pairs(train), Test: pairs(test)}
}

func mustParseID(t testing.TB, id string) (string, Transform) {
	t.Helper()
	task, transform, err := ParseID(id)
	require.NoError(t, err)
	return task, transform
}
