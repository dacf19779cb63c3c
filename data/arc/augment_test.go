package arc

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAugment(t *testing.T) {
	rng := newRNG(1)
	task := randomTask(rng, "a", 3, 2, 6)
	task.Test[1].Output = Grid{}
	drawn, err := task.Augment(newRNG(2), 50)
	require.NoError(t, err)
	require.Len(t, drawn, 50)
	seen := map[Transform]bool{Identity(): true}
	for _, transform := range drawn {
		require.NoError(t, transform.Check())
		require.Zero(t, transform.Colours[0])
		require.False(t, seen[transform])
		seen[transform] = true
	}
	again, err := task.Augment(newRNG(2), 50)
	require.NoError(t, err)
	require.Equal(t, drawn, again)
	other, err := task.Augment(newRNG(3), 50)
	require.NoError(t, err)
	require.NotEqual(t, drawn, other)
}

// TestAugmentFew takes tasks that have few images.
func TestAugmentFew(t *testing.T) {
	for _, tt := range []struct {
		name string
		task Task
		want int
	}{
		{"nothing but colour 0", Task{ID: "a", Train: []Pair{{grid("00/00"), grid("0")}}}, 0},
		{"one other colour, symmetric", Task{ID: "a", Train: []Pair{{grid("11/11"), grid("0")}}}, 8},
		{"its turns only", Task{ID: "a", Test: []Pair{{Input: grid("000")}}}, 1},
		{"two colours, symmetric", Task{ID: "a", Train: []Pair{{grid("1"), grid("2")}}}, 9*8 - 1},
		{"one colour at a corner", Task{ID: "a", Train: []Pair{{grid("10/00"), grid("0")}}}, 4*9 - 1},
		// An exchange of the pairs makes no other task.
		{"pairs that change places", Task{ID: "a", Train: []Pair{{grid("00"), grid("0")}}, Test: []Pair{{grid("0/0"), grid("0")}}}, 0},
	} {
		drawn, err := tt.task.Augment(newRNG(1), 300)
		require.NoError(t, err)
		require.Len(t, drawn, tt.want, tt.name)
	}
	task := randomTask(newRNG(1), "a", 1, 1, 9)
	drawn, err := task.Augment(newRNG(1), 0)
	require.NoError(t, err)
	require.Empty(t, drawn)
	_, err = task.Augment(newRNG(1), -1)
	require.ErrorContains(t, err, "fewer than 0")
	_, err = new(Task).Augment(newRNG(1), 1)
	require.ErrorContains(t, err, "no ID")
}
