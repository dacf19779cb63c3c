package arc

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// smallTasks are a task with a solution and one without.
func smallTasks() []Task {
	return []Task{
		{ID: "b", Train: []Pair{{grid("12/34"), grid("0")}, {grid("9"), grid("123")}}, Test: []Pair{{grid("5"), grid("67")}}},
		{ID: "a", Train: []Pair{{grid("1"), grid("2")}}, Test: []Pair{{Input: grid("3/4")}, {grid("5"), grid("0")}}},
	}
}

const smallFile = `{"b":{"train":[{"input":[[1,2],[3,4]],"output":[[0]]},{"input":[[9]],"output":[[1,2,3]]}],"test":[{"input":[[5]],"output":[[6,7]]}]},
"a":{"train":[{"input":[[1]],"output":[[2]]}],"test":[{"input":[[3],[4]],"output":[[0]],"unknown":true},{"input":[[5]],"output":[[0]]}]}}
`

func TestReadChallenges(t *testing.T) {
	var indented bytes.Buffer
	require.NoError(t, json.Indent(&indented, []byte(smallFile), "\t", strings.Repeat(" ", 20)))
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, err := z.Write([]byte(smallFile))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	for _, in := range []string{smallFile, indented.String(), zipped.String(), "\ufeff" + smallFile} {
		tasks, err := ReadChallenges(strings.NewReader(in), "a.json")
		require.NoError(t, err)
		require.Equal(t, smallTasks(), tasks)
	}
	var out bytes.Buffer
	require.NoError(t, writeSolved(&out, smallTasks()))
	require.Equal(t, smallFile, out.String())

	tasks, err := ReadChallenges(strings.NewReader("{}"), "a.json")
	require.NoError(t, err)
	require.Empty(t, tasks)
}

func TestReadTask(t *testing.T) {
	task, err := ReadTask(strings.NewReader(`{"name": [{"x": 1}], "test": [{"input": [[1]], "note": null}], "train": []}`), "a.json", "x")
	require.NoError(t, err)
	require.Equal(t, Task{ID: "x", Test: []Pair{{Input: grid("1")}}}, task)
}

func TestReadTaskErrors(t *testing.T) {
	in := func(grid string) string { return `{"train": [{"output": [[1]], "input": ` + grid + `}]}` }
	for text, want := range map[string]string{
		"": "want a JSON object, found an empty file",
		"version https://git-lfs.github.com/spec": "found a Git LFS pointer",
		"[1]":                           `want an object, found "["`,
		"null":                          `want an object, found "<nil>"`,
		"{}":                            `task "x": no pairs`,
		`{"train": {}}`:                 `train want an array, found "{"`,
		`{"train": [[]]}`:               `train pair 0: want an object`,
		`{"train": [{}]}`:               `train pair 0: input: missing`,
		`{"test": [{"output": [[1]]}]}`: `test pair 0: input: missing`,
		`{"train": [{"input": [[1]]}]}`: `train pair 0: output: missing`,
		`{"train": [], "train": []}`:    `key "train" twice`,
		`{"test": [{"input": [[1]], "input": [[1]]}]}`: `test pair 0: key "input" twice`,
		`{"test": [{"input": [[1]], "unknown": 1}]}`:   `test pair 0: unknown: json`,
		`{"test": [{"input": [[1]]}]} x`:               "invalid character 'x'",
		`{"test": [{"input": [[1]]}]} {}`:              "{ after the end",
		`{"test": [{"input": [[1]]}`:                   "unexpected EOF",
		`{"test": [{"input": [[1]`:                     "input: unexpected EOF",
		in(`1`):                                        "input: want an array of rows, found 1",
		in(`null`):                                     "want an array of rows, found null",
		in(`"AAAA"`):                                   "want an array of rows",
		in(`[]`):                                       "row 1: want an array of colours, found ]",
		in(`[1, 2]`):                                   "row 1: want an array of colours, found 1, 2]",
		in(`[[]]`):                                     `row 1: column 1: want a colour 0 to 9, found ""`,
		in(`[[1, 2], [3]]`):                            "row 2: 1 columns, but 2 in the first",
		in(`[[1], [3, 4]]`):                            "row 2: 2 columns, but 1 in the first",
		in(`[[1, 10]]`):                                `row 1: column 2: want a colour 0 to 9, found "10"`,
		in(`[[-1]]`):                                   `found "-1"`,
		in(`[[1.0]]`):                                  `found "1.0"`,
		in(`[["1"]]`):                                  `found "\"1\""`,
		in(`[[[1]]]`):                                  `found "[1"`,
		in(`[[1], 5]`):                                 "row 2: want an array of colours",
		in(`[` + strings.Repeat(`[1],`, 30) + `[1]]`): "more than 30 rows",
		in(`[[` + strings.Repeat(`1,`, 30) + `1]]`):   "row 1: more than 30 columns",
	} {
		_, err := ReadTask(strings.NewReader(text), "p.json", "x")
		require.ErrorContains(t, err, want, text)
		require.ErrorContains(t, err, "arc: p.json: ")
		if strings.HasPrefix(text, "{") && !strings.Contains(want, "end") && !strings.Contains(want, "character") {
			require.ErrorContains(t, err, `task "x": `)
		}
	}
	_, err := ReadTask(strings.NewReader(`{"test": [{"input": [[1]]}]}`), "p.json", "x_t3_0123456789")
	require.ErrorContains(t, err, "the ID is written as that of an augmented task")
	_, err = ReadTask(strings.NewReader(`{"test": [{"input": [[1]]}]}`), "p.json", "\xff")
	require.ErrorContains(t, err, "UTF-8")
	_, err = ReadChallenges(strings.NewReader(`{"a": {"test": [{"input": [[1]]}]}, "a": {}}`), "p.json")
	require.ErrorContains(t, err, `arc: p.json: key "a" twice`)
	_, err = ReadChallenges(strings.NewReader(`{"train": []}`), "p.json")
	require.ErrorContains(t, err, `task "train": want an object`)
}

// endless repeats a text.
type endless string

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = e[i%len(e)]
	}
	return len(p), nil
}

// TestReadHostile reads files that do not end, or that nest without end.
func TestReadHostile(t *testing.T) {
	for start, more := range map[string]endless{
		`{"a`:                                  "aaaa",
		`{"train": [{"input": [[1`:             ",1,1,1,1",
		`{"train": [{"input": [`:               "[1],[1],[1],",
		`{"x": [`:                              "1,1,1,1,1,1,",
		`{"x": `:                               "[[[[[[[[[[[[",
		`{"train": [{"x": {"y`:                 `":{"":{"`,
		`{"train": `:                           " ",
		`{"test":[{"input": [[1]]}]}`:          "\n",
		``:                                     "[",
		`{"train": [{"input": [[1]], "output"`: ":",
	} {
		in := io.MultiReader(strings.NewReader(start), more)
		_, err := ReadTask(in, "p.json", "x")
		require.Error(t, err, start)
		_, err = ReadChallenges(io.MultiReader(strings.NewReader(`{"i": `+start), more), "p.json")
		require.Error(t, err, start)
	}
}

func TestReadSolutions(t *testing.T) {
	tasks := smallTasks()
	file := `{"other": [[[1, 2]]], "a": [[[1]], [[2, 3]]], "b": [[[4], [5]]]}`
	require.NoError(t, ReadSolutions(strings.NewReader(file), "s.json", tasks))
	require.Equal(t, "1", text(tasks[1].Test[0].Output))
	require.Equal(t, "23", text(tasks[1].Test[1].Output))
	require.Equal(t, "4/5", text(tasks[0].Test[0].Output))
	for text, want := range map[string]string{
		`{"a": [[[1]], [[2]]]}`:                  `task "b": 0 outputs of 1 test pairs`,
		`{"b": [[[1]]], "a": [[[2]]]}`:           `task "a": 1 outputs of 2 test pairs`,
		`{"b": [[[1]]], "a": [[[2]], [[1,10]]]}`: `task "a": output 1: row 1: column 2`,
		`{"b": [[[1]]], "b": []}`:                `key "b" twice`,
		`{"b": [[[1]]], "a": [[[2]], [[2]]]`:     "unexpected EOF",
		`{"b": 1}`:                               `task "b": want an array`,
	} {
		tasks := smallTasks()
		err := ReadSolutions(strings.NewReader(text), "s.json", tasks)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "arc: s.json: ")
		require.Equal(t, smallTasks(), tasks, "a fault changes nothing")
	}
}

func FuzzReadChallenges(f *testing.F) {
	f.Add([]byte(smallFile))
	f.Add([]byte(`{"x": {"train": [{"output": [ [1 ,2] ], "input": [[0],[9]]}], "y": [[{}]], "test": []}}`))
	f.Add([]byte(`{"a_t3_0134256789": {"test": [{"input": [[1.5]]}]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		tasks, err := ReadChallenges(bytes.NewReader(b), "fuzz")
		if err != nil {
			require.ErrorContains(t, err, "arc: fuzz: ")
			return
		}
		var out bytes.Buffer
		require.NoError(t, writeSolved(&out, tasks))
		back, err := ReadChallenges(&out, "fuzz")
		require.NoError(t, err)
		// No train pairs and no array of them are the same.
		require.Equal(t, len(tasks), len(back))
		for i := range tasks {
			require.Equal(t, tasks[i], back[i])
		}
	})
}

func FuzzReadSolutions(f *testing.F) {
	f.Add([]byte(`{"other": [[[1, 2]]], "a": [[[1]], [[2, 3]]], "b": [[[4], [5]]]}`))
	f.Add([]byte(`{"b": []`))
	f.Fuzz(func(t *testing.T, b []byte) {
		tasks := smallTasks()
		if ReadSolutions(bytes.NewReader(b), "fuzz", tasks) != nil {
			require.Equal(t, smallTasks(), tasks)
			return
		}
		require.NoError(t, WriteSolutions(io.Discard, tasks))
	})
}

func TestGridJSON(t *testing.T) {
	rng := newRNG(1)
	for range 100 {
		g := randomGrid(rng, MaxSide)
		b, err := json.Marshal(g)
		require.NoError(t, err)
		var rows [][]int
		require.NoError(t, json.Unmarshal(b, &rows))
		require.Len(t, rows, g.Rows)
		var back Grid
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, g, back)
	}
	b, err := json.Marshal([]Grid{{}, grid("01/23")})
	require.NoError(t, err)
	require.Equal(t, "[[],[[0,1],[2,3]]]", string(b))
	_, err = json.Marshal(Grid{Rows: 1, Cols: 2})
	require.ErrorContains(t, err, "0 cells in a grid of 1 x 2")
}
