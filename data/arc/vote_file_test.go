package arc

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// fileTasks, and a file of votes on them.
func fileTasks() []Task {
	return []Task{
		{ID: "b", Test: []Pair{{grid("3"), grid("4")}}},
		{ID: "a", Test: []Pair{{grid("12"), grid("21")}, {grid("5"), grid("6")}, {grid("12"), grid("7")}}},
	}
}

const votesFile = `{"version":1,
"run":"run \"1\"",
"tasks":"42db38afad2b8c8860b517f0bd7531bc5a449e8662ef93f4bf2d667594fdfb9a",
"indices":[[0,3],[5,6]],
"votes":{"a":[[{"answer":[[2,1]],"count":2,"sum":4294967296,"first":1},{"answer":[],"count":1,"sum":2147483648,"first":5}],[]],
"b":[[{"answer":[[4]],"count":1,"sum":4294967296,"first":0}]]}
}
`

func TestVotesFile(t *testing.T) {
	v, err := NewVotes(fileTasks(), voteCanvas, `run "1"`)
	require.NoError(t, err)
	for _, p := range []Prediction{
		{Index: 5, ID: "a", Input: laid(t, grid("12")), Answer: laid(t, Grid{})},
		{Index: 2, ID: "a", Input: laid(t, grid("12")), Answer: laid(t, grid("21"))},
		{Index: 1, ID: "a|||t3|||0213456789", Input: laid(t, grid("2/1")), Answer: laid(t, grid("1/2"))},
		{Index: 0, ID: "b_t0_0124356789", Input: laid(t, grid("4")), Answer: laid(t, grid("3")), Halt: 99},
	} {
		require.NoError(t, v.Add(p))
	}
	require.Equal(t, votesFile, votesText(t, v))

	path := filepath.Join(t.TempDir(), "votes.json")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o666))
	require.NoError(t, SaveVotes(path, v))
	back, err := LoadVotes(path, fileTasks(), voteCanvas)
	require.NoError(t, err)
	require.Equal(t, votesFile, votesText(t, back))
	require.Equal(t, 4, back.Len())

	var indented bytes.Buffer
	require.NoError(t, json.Indent(&indented, []byte(votesFile), "  ", "\t"))
	back, err = ReadVotes(strings.NewReader(strings.ReplaceAll(indented.String(), "[]", "[ \n]")), "x", fileTasks(), voteCanvas)
	require.NoError(t, err)
	require.Equal(t, votesFile, votesText(t, back))

	require.ErrorContains(t, SaveVotes(t.TempDir(), v), "arc: ")
	require.ErrorIs(t, WriteVotes(failingWriter{}, v), errWriter)
	_, err = LoadVotes(path+"x", fileTasks(), voteCanvas)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestReadVotesErrors(t *testing.T) {
	for _, test := range []struct{ old, new, want string }{
		{votesFile, "", "want a JSON object, found an empty file"},
		{votesFile, "[]", "want an object"},
		{votesFile, "{}", `key "version" is missing`},
		{"\n}\n", "", "unexpected EOF"},
		{"\n}\n", "}}", "invalid character"},
		{"\n}\n", `,"more":1}`, `unknown key "more"`},
		{`"version":1,`, "", `want key "version", found "run"`},
		{`"version":1`, `"version":2`, "votes of version 2, want 1"},
		{`"version":1`, `"version":"1"`, `votes of version "1", want 1`},
		{`"run":"run \"1\""`, `"run":null`, "run: want a string"},
		{`run \"1\"`, strings.Repeat("x", maxRun+1), "run: too long"},
		{"42db38af", "00000000", "the votes are on other tasks"},
		{`"run"`, `"name"`, `want key "run", found "name"`},
		{"[0,3],[5,6]", "[0,3],[5]", "indices: [5] is not the two ends of a range"},
		{"[0,3],[5,6]", "[0,3],[5,6,7]", "indices: want two numbers, found more"},
		{"[0,3],[5,6]", "[0,3],[6,6]", "[6 6] is not the two ends"},
		{"[0,3],[5,6]", "[0,3],[3,4]", "3 does not come after 3"},
		{"[0,3],[5,6]", "[0,3],[5,2147483648]", "want a whole number of 0 to 2147483647, found 2147483648"},
		{"[0,3],[5,6]", "[0,3],[5,6],[7,9]", "votes: 2 fewer than there are indices"},
		{"[0,3],[5,6]", "[0,3]", `task "a": test input 0: vote 1: first 5 is not among the indices`},
		{"[0,3],[5,6]", "[1,3],[5,6]", `task "b": test input 0: vote 0: more than there are indices`},
		{`"b":`, `"x":`, `there is no task "x"`},
		{`"b":`, `"a":`, `key "a" twice`},
		{`}],[]]`, `}]]`, `task "a": 1 test inputs, want 2`},
		{`}],[]]`, `}],[],[]]`, `task "a": more than 2 test inputs`},
		{`"answer":[]`, `"answer":[[]]`, "vote 1: answer: row 1: column 1: want a colour"},
		{`"answer":[]`, `"answer":null`, "vote 1: answer: want an array of rows"},
		{`"answer":[]`, `"answer":[[2,1]]`, "vote 1: the answer comes twice"},
		{`"count":2`, `"count":0`, "vote 0: count is 0"},
		{`"count":2`, `"count":-1`, "count: want a whole number of 0 to 2147483647, found -1"},
		{`"count":2`, `"count":2.0`, "found 2.0"},
		{`"count":2`, `"count":null`, "found null"},
		{`"count":2,`, ``, `want key "count", found "sum"`},
		{`,"first":5`, ``, `vote 1: key "first" is missing`},
		{`"count":2,"sum":4294967296`, `"count":2,"sum":8589934593`, "sum 8589934593 is more than 2 votes can have"},
		{`"first":5`, `"first":1`, "first 1 comes twice"},
		{`"first":5`, `"first":4`, "first 4 is not among the indices"},
		{`"first":5`, `"first":5,"x":1`, `unknown key "x"`},
	} {
		require.Equal(t, 1, strings.Count(votesFile, test.old), test.old)
		_, err := ReadVotes(strings.NewReader(strings.Replace(votesFile, test.old, test.new, 1)), "a.json", fileTasks(), voteCanvas)
		require.ErrorContains(t, err, test.want)
		require.ErrorContains(t, err, "arc: a.json: ")
	}
	_, err := ReadVotes(strings.NewReader(votesFile), "a.json", fileTasks(), Canvas{})
	require.ErrorContains(t, err, "canvas of side 0")
}

func FuzzReadVotes(f *testing.F) {
	f.Add([]byte(votesFile))
	f.Add([]byte(strings.ReplaceAll(votesFile, `"count":2,"sum":4294967296,"first":1`, `"count":3,"sum":0,"first":2`)))
	f.Add([]byte(strings.ReplaceAll(votesFile, "[0,3],[5,6]", "[0,2147483647]")))
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := ReadVotes(bytes.NewReader(b), "fuzz", fileTasks(), voteCanvas)
		if err != nil {
			require.ErrorContains(t, err, "arc: fuzz: ")
			return
		}
		once := votesText(t, v)
		back, err := ReadVotes(strings.NewReader(once), "fuzz", fileTasks(), voteCanvas)
		require.NoError(t, err)
		require.Equal(t, once, votesText(t, back))
		count := 0
		for _, task := range v.ballot {
			for _, ballot := range task.ballots {
				for _, vote := range ballot {
					count += vote.Count
				}
			}
		}
		require.Equal(t, v.Len(), count)
		_, err = v.Score()
		require.NoError(t, err)
		submission(t, v)
	})
}
