package arc

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// write makes files below a new folder.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o666))
	}
	return dir
}

func TestLoadFolder(t *testing.T) {
	const one = `{"train":[{"input":[[1]],"output":[[2]]}],"test":[]}`
	dir := write(t, map[string]string{
		"training/b.json": one, "training/a.json": one, "evaluation/c.json": one, "README.md": "x",
		"corpus/Center/Center1.json": one, "corpus/Above/Above1.json": one,
		"bad/d.json": "{", "many/x_challenges.json": `{"a":` + one + "}", "empty/x.txt": one, "twice/a/e.json": one, "twice/b/e.json": one,
	})
	ids := func(path string) string {
		tasks, err := Load(filepath.Join(dir, path))
		require.NoError(t, err)
		var s []string
		for _, task := range tasks {
			require.Equal(t, []Pair{{grid("1"), grid("2")}}, task.Train)
			s = append(s, task.ID)
		}
		return strings.Join(s, " ")
	}
	require.Equal(t, "a b", ids("training"))
	require.Equal(t, "c", ids("evaluation"))
	require.Equal(t, "Above1 Center1", ids("corpus"))
	require.Equal(t, "b", ids("training/b.json"))
	for path, want := range map[string]string{
		"bad":   "d.json: task \"d\": unexpected EOF",
		"empty": "empty: no tasks",
		"many":  filepath.Join(dir, "many", "x_challenges.json") + " has many tasks: name it itself, not its folder",
		"twice": `task "e" is in ` + filepath.Join(dir, "twice", "a", "e.json") + " already",
	} {
		_, err := Load(filepath.Join(dir, path))
		require.ErrorContains(t, err, want)
	}
	_, err := Load(filepath.Join(dir, "nobody"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestChallenges(t *testing.T) {
	rng := newRNG(1)
	tasks := []Task{randomTask(rng, "b", 3, 2, 30), randomTask(rng, "a \"\n", 1, 1, 5), randomTask(rng, "c", 2, 0, 3)}
	dir := t.TempDir()
	path := filepath.Join(dir, "own_challenges.json")
	require.NoError(t, SaveChallenges(path, tasks))
	back, err := Load(path)
	require.NoError(t, err)
	require.Equal(t, tasks, back)

	require.NoError(t, os.Remove(filepath.Join(dir, "own_solutions.json")))
	back, err = Load(path)
	require.NoError(t, err)
	for i := range tasks {
		require.Equal(t, tasks[i].Train, back[i].Train)
		for k, p := range back[i].Test {
			require.Equal(t, tasks[i].Test[k].Input, p.Input)
			require.False(t, p.Known())
		}
	}
	require.ErrorContains(t, SaveChallenges(path, back), `own_solutions.json: arc: task "b": the output of test pair 0 is not known`)

	require.NoError(t, os.WriteFile(filepath.Join(dir, "own_solutions.json"), []byte("{}"), 0o666))
	_, err = Load(path)
	require.ErrorContains(t, err, `own_solutions.json: task "b": 0 outputs of 2 test pairs`)
}

func TestSaveChallengesErrors(t *testing.T) {
	require.ErrorContains(t, SaveChallenges("x.json", nil), "want a name that ends in _challenges.json")
	tasks := smallTasks()[:1]
	require.ErrorContains(t, WriteChallenges(io.Discard, append(tasks, tasks...)), `task "b" twice`)
	require.ErrorContains(t, WriteChallenges(io.Discard, []Task{{ID: "x"}}), `task "x": no pairs`)
	require.ErrorIs(t, WriteChallenges(failingWriter{}, tasks), errWriter)
}

var errWriter = errors.New("disk full")

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errWriter }
