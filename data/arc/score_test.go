package arc

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// vote adds a prediction of a task as it is, with the next index.
func vote(t testing.TB, v *Votes, task, input, answer string, halt float32) {
	t.Helper()
	require.NoError(t, v.Add(Prediction{
		Index: v.Len(), ID: task, Input: laid(t, grid(input)), Answer: laid(t, grid(answer)), Halt: halt,
	}))
}

func TestScore(t *testing.T) {
	v := newVotes(t, []Task{
		{ID: "x", Test: []Pair{{grid("1"), grid("11")}, {grid("2"), grid("22")}}},
		{ID: "y", Test: []Pair{{grid("3"), grid("33")}}},
		{ID: "z", Test: []Pair{{grid("4"), grid("44")}, {grid("5"), grid("55")}}},
		{ID: "w", Test: []Pair{{grid("6"), grid("66")}}},
	})
	vote(t, v, "x", "1", "11", 0)
	vote(t, v, "x", "2", "9", 3) // more confident but fewer
	vote(t, v, "x", "2", "22", 0)
	vote(t, v, "x", "2", "22", -1)
	vote(t, v, "y", "3", "", 2) // the empty grid takes the first place
	vote(t, v, "y", "3", "33", 1)
	vote(t, v, "z", "4", "8", 0) // came first
	vote(t, v, "z", "4", "44", 0)

	s, err := v.Score()
	require.NoError(t, err)
	rest := func(k int) Pass { return Pass{k, (1 + 1 + 0.5 + 0) / 4, 2.0 / 4} }
	require.Equal(t, Score{Tasks: 4, Inputs: 6, Silent: 2, Pass: []Pass{
		{1, (1 + 0 + 0 + 0) / 4.0, 1.0 / 4}, rest(2), rest(5), rest(10), rest(100), rest(1000),
	}}, s)

	_, err = v.Score(1, 0)
	require.ErrorContains(t, err, "pass@0, want 1 or more")
	_, err = newVotes(t, []Task{{ID: "s", Test: []Pair{{grid("1"), grid("1")}, {Input: grid("2")}}}}).Score()
	require.ErrorContains(t, err, `task "s": the output of test pair 1 is not known`)
	s, err = newVotes(t, nil).Score(1)
	require.NoError(t, err)
	require.Equal(t, Score{Pass: []Pass{{K: 1}}}, s)
}

func TestSubmission(t *testing.T) {
	v := newVotes(t, []Task{
		{ID: "z", Test: []Pair{{Input: grid("1")}, {Input: grid("2")}, {Input: grid("3")}, {Input: grid("4")}, {Input: grid("2")}}},
		{ID: "y", Test: []Pair{{Input: grid("5")}}},
	})
	// Input 1 has no votes, 2 has three answers, 3 only the empty grid, 4 the empty
	// grid and one more.
	vote(t, v, "z", "2", "7", 0)
	vote(t, v, "z", "2", "8/9", 1)
	vote(t, v, "z", "2", "6", -1)
	vote(t, v, "z", "3", "", 5)
	vote(t, v, "z", "4", "", 5)
	vote(t, v, "z", "4", "12", 0)
	vote(t, v, "y", "5", "1", 0)
	const want = `{"z":[{"attempt_1":[[0]],"attempt_2":[[0]]},` +
		`{"attempt_1":[[8],[9]],"attempt_2":[[7]]},` +
		`{"attempt_1":[[0]],"attempt_2":[[0]]},` +
		`{"attempt_1":[[1,2]],"attempt_2":[[1,2]]},` +
		`{"attempt_1":[[8],[9]],"attempt_2":[[7]]}],` + "\n" +
		`"y":[{"attempt_1":[[1]],"attempt_2":[[1]]}]}` + "\n"
	require.Equal(t, want, submission(t, v))

	path := filepath.Join(t.TempDir(), "submission.json")
	require.NoError(t, SaveSubmission(path, v))
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, want, string(b))
	require.ErrorIs(t, WriteSubmission(failingWriter{}, v), errWriter)
	require.ErrorContains(t, SaveSubmission(t.TempDir(), v), "arc: ")
}
