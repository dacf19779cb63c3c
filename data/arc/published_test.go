package arc

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// envARC names the folder with the published files of tasks.
const envARC = "REREAD_ARC"

// published reads the tasks of a published set.
func published(t testing.TB, set string) []Task {
	t.Helper()
	dir := os.Getenv(envARC)
	if dir == "" {
		t.Skip(envARC + " does not name the folder with arc-agi_training_challenges.json and its like")
	}
	tasks, err := Load(filepath.Join(dir, "arc-agi_"+set+"_challenges.json"))
	require.NoError(t, err)
	return tasks
}

func TestPublishedTasks(t *testing.T) {
	for set, want := range map[string][2]int{
		"training": {400, 416}, "evaluation": {400, 419}, "training2": {1000, 1076}, "evaluation2": {120, 172}, "concept": {160, 480},
	} {
		tasks := published(t, set)
		tests := 0
		for _, task := range tasks {
			for _, p := range task.Test {
				require.True(t, p.Known())
				tests++
			}
		}
		require.Equal(t, want, [2]int{len(tasks), tests}, set)
		path := filepath.Join(t.TempDir(), "a_challenges.json")
		require.NoError(t, SaveChallenges(path, tasks))
		back, err := Load(path)
		require.NoError(t, err)
		require.Equal(t, tasks, back)
	}
}

// TestPublishedCorpus counts what TRM's builder makes of ARC-AGI-1 with three
// augmentations.
func TestPublishedCorpus(t *testing.T) {
	train := append(published(t, "training"), published(t, "concept")...)
	c := newCorpus(t, train, published(t, "evaluation"), CorpusConfig{Canvas: Canvas{MaxSide}, Augmentations: 3}, 1)
	s := c.Set()
	require.Equal(t, []int{960, 1676, 3841}, []int{s.Train.Len(), s.Test.Len(), len(s.Identifiers)})
	pairs := 0
	for _, g := range c.groups {
		pairs += len(g.train) * len(g.transforms)
	}
	require.Equal(t, 15952, pairs)
}
