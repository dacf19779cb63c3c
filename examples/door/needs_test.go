package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBandOf(t *testing.T) {
	for moves, name := range map[int]string{
		3: "up to 7", 7: "up to 7", 8: "8 to 11", 11: "8 to 11", 15: "12 to 15", 16: "16 to 19", 20: "20 or more", 98: "20 or more",
	} {
		require.Equal(t, name, bands[bandOf(moves)].name, moves)
	}
}

func TestByNeed(t *testing.T) {
	results := make([]result, 2)
	results[0].needs = [len(bands)]tally{1: {10, 0}, 4: {100, 95}}
	results[1].needs = [len(bands)]tally{1: {10, 10}, 4: {100, 90}}
	require.Equal(t, `
moves needed  layouts  a reaches the goal         b reaches the goal
8 to 11            10    0.0 % (0.0 to 27.8)      100.0 % (72.2 to 100.0)
20 or more        100   95.0 % (88.8 to 97.8)      90.0 % (82.6 to 94.5)
`, "\n"+byNeed([]contender{{name: "a"}, {name: "b"}}, results))
}
