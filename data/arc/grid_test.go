package arc

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHash(t *testing.T) {
	for rows, want := range map[string]string{
		// As grid_hash of TRM's builder has it.
		"012/395": "4c9464d867417b3036c40b37c1aa667e0bfc6264691a4f80631046ebe6cff3b9",
		"":        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
	} {
		h := grid(rows).Hash()
		require.Equal(t, want, hex.EncodeToString(h[:]))
	}
	require.NotEqual(t, grid("0123").Hash(), grid("01/23").Hash())
	g := randomGrid(newRNG(1), MaxSide)
	require.Zero(t, testing.AllocsPerRun(10, func() { g.Hash() }))
}

func TestGridEqual(t *testing.T) {
	g := grid("012/395")
	require.True(t, g.Equal(grid("012/395")))
	require.True(t, Grid{}.Equal(Grid{Cells: []uint8{}}))
	for _, other := range []string{"", "012/394", "01/23/95", "012395"} {
		require.False(t, g.Equal(grid(other)), other)
	}
}

func TestCheck(t *testing.T) {
	for want, g := range map[string]Grid{
		"0 x 0 cells":              {},
		"31 x 1 cells":             {Rows: 31, Cols: 1, Cells: make([]uint8, 31)},
		"1 x -1 cells":             {Rows: 1, Cols: -1},
		"3 cells in a grid":        {Rows: 2, Cols: 2, Cells: make([]uint8, 3)},
		"colour 10 in row 2, colu": {Rows: 2, Cols: 1, Cells: []uint8{9, 10}},
	} {
		require.ErrorContains(t, g.Check(), want)
		task := Task{ID: "a", Train: []Pair{{grid("1"), grid("1")}}, Test: []Pair{{g, grid("1")}}}
		require.ErrorContains(t, task.Check(), `arc: task "a": test pair 0: input: `)
		require.ErrorContains(t, task.Check(), want)
	}
	require.NoError(t, grid("0").Check())
	require.NoError(t, Grid{30, 30, make([]uint8, 900)}.Check())

	task := Task{ID: "a", Train: []Pair{{grid("1"), grid("1")}}, Test: []Pair{{Input: grid("1")}}}
	require.NoError(t, task.Check(), "unknown test outputs are allowed")
	require.False(t, task.Test[0].Known())
	require.True(t, task.Train[0].Known())
	task.Test[0].Output.Cols = 3
	require.ErrorContains(t, task.Check(), "test pair 0: output: grid of 0 x 3")
	require.ErrorContains(t, (&Task{ID: "a"}).Check(), "no pairs")
	require.ErrorContains(t, (&Task{Train: task.Train}).Check(), "no ID")
	task.Train = []Pair{{Input: grid("1")}}
	require.ErrorContains(t, task.Check(), "train pair 0: output: missing")
}
