package arc

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data"
)

func newCorpus(t testing.TB, train, test []Task, config CorpusConfig, seed uint64) *Corpus {
	t.Helper()
	c, err := NewCorpus(train, test, config, newRNG(seed))
	require.NoError(t, err)
	return c
}

func openSet(t testing.TB, dir string) *Set {
	t.Helper()
	s, err := OpenSet(dir)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func readFile(t testing.TB, elem ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(elem...))
	require.NoError(t, err)
	return string(b)
}

// formula makes a grid of a formula.
func formula(rows, cols int, f func(r, c int) int) Grid {
	g := Grid{Rows: rows, Cols: cols}
	for i := range rows * cols {
		g.Cells = append(g.Cells, uint8(f(i/cols, i%cols)%Colours))
	}
	return g
}

// TestPublishedBuilder makes the folder that TRM's build_arc_dataset.py makes of the
// same three tasks without augmentation, when nothing in it is drawn.
func TestPublishedBuilder(t *testing.T) {
	wide := formula(2, 30, func(r, c int) int { return 3*r + c })
	tall := formula(30, 1, func(r, _ int) int { return r * r })
	full := formula(30, 30, func(r, c int) int { return 7*r + 3*c })
	train := []Task{{ID: "one", Train: []Pair{{grid("012/345"), grid("67/89/00/11")}}}}
	test := []Task{
		{ID: "two", Train: []Pair{{tall, wide}}, Test: []Pair{{full, wide}, {grid("5"), full}}},
		{ID: "three", Train: []Pair{{grid("9"), grid("87")}}, Test: []Pair{{Input: grid("10")}}},
	}
	dir := t.TempDir()
	require.NoError(t, newCorpus(t, train, test, CorpusConfig{Canvas: Canvas{30}}, 1).WriteFolder(dir))
	for name, want := range map[string]string{
		"test/all__group_indices.npy":       "c8b16caa0f7bbe2bf06df66bd02f201f13a961ad617f011fe3a2e540cac89a62",
		"test/all__inputs.npy":              "ccc299761d2874fcc35fd3ebc8a15a363a03947806b8a39f5312f048be223920",
		"test/all__labels.npy":              "9e99f6b6515e59e249f76b737605782a84742203e3898dca79b19653e007b8cd",
		"test/all__puzzle_identifiers.npy":  "173e37e7f075f9b4f5e8dc862975ed3a2590c430eaf6ba2c7f76a598db6bc9ff",
		"test/all__puzzle_indices.npy":      "b2af8d0eead6cc6f8b2a4dee207b4bdd4a467be8ebb32349de1b80da5ae3b889",
		"train/all__group_indices.npy":      "3f7c5f11c6d38f164cb3cef1ac88a2a119a8556e3c9a14c32e2f24d8cba2521c",
		"train/all__inputs.npy":             "0cd067d5d6ff36b441858d2517a56d2ae8504a81c80145fe6aa19f257fa5a995",
		"train/all__labels.npy":             "7e84d704f3ce3cff27876ac4cf32f5d539cf911e01f3082748df3b604687226f",
		"train/all__puzzle_identifiers.npy": "0398209604f3b7330658ab31021254f5e931e0680b450547a1513414acb1a4d3",
		"train/all__puzzle_indices.npy":     "3f7c5f11c6d38f164cb3cef1ac88a2a119a8556e3c9a14c32e2f24d8cba2521c",
	} {
		sum := sha256.Sum256([]byte(readFile(t, dir, name)))
		require.Equal(t, want, hex.EncodeToString(sum[:]), name)
	}
	const meta = `{"pad_id": 0, "ignore_label_id": 0, "blank_identifier_id": 0, "vocab_size": 12, "seq_len": 900, "num_puzzle_identifiers": 4, "sets": ["all"], `
	require.JSONEq(t, meta+`"total_groups": 3, "mean_puzzle_examples": 1.0, "total_puzzles": 3}`, readFile(t, dir, "train/dataset.json"))
	require.JSONEq(t, meta+`"total_groups": 2, "mean_puzzle_examples": 1.5, "total_puzzles": 2}`, readFile(t, dir, "test/dataset.json"))
	require.JSONEq(t, `["<blank>", "one", "two", "three"]`, readFile(t, dir, "identifiers.json"))
	require.Contains(t, readFile(t, dir, "test_puzzles.json"),
		`"three":{"train":[{"input":[[9]],"output":[[8,7]]}],"test":[{"input":[[1,0]],"output":[[0]],"unknown":true}]}`)

	s := openSet(t, dir)
	require.Equal(t, test, s.Tasks)
	require.Equal(t, Canvas{30}, s.Canvas)
}

// lift returns the grid that lies somewhere on a canvas.
func lift(c Canvas, tokens []int32) Grid {
	row, col := c.Side, c.Side
	for i, t := range tokens {
		if t > 0 {
			row, col = min(row, i/c.Side), min(col, i%c.Side)
		}
	}
	moved := make([]int32, len(tokens))
	for i, t := range tokens {
		if t > 0 {
			moved[i-row*c.Side-col] = t
		}
	}
	return c.Crop(moved)
}

// TestCorpus undoes what a folder and rows in memory have.
func TestCorpus(t *testing.T) {
	rng := newRNG(1)
	train := []Task{randomTask(rng, "a", 3, 1, 8), randomTask(rng, "b", 2, 2, 5)}
	train[1].Test[0].Output = Grid{}
	test := []Task{randomTask(rng, "c", 2, 2, 12), randomTask(rng, "d", 0, 1, 3), train[0]}
	for _, style := range []Style{StyleTRM, StyleHRM} {
		config := CorpusConfig{Canvas: Canvas{12}, Augmentations: 6, Style: style}
		c := newCorpus(t, train, test, config, 5)
		dir := t.TempDir()
		require.NoError(t, c.WriteFolder(dir))
		folder, memory := openSet(t, dir), c.Set()
		require.Equal(t, memory.Identifiers, folder.Identifiers)
		require.Equal(t, memory.Tasks, folder.Tasks)
		require.Equal(t, "<blank>", folder.Identifiers[0])
		require.Equal(t, "a", folder.Identifiers[1])
		// "a" comes twice, with other augmentations.
		require.Len(t, folder.Identifiers, 1+5*7-1)

		pairs := map[string][]Pair{
			"train a": append(train[0].Train, train[0].Test...), "train b": append(train[1].Train, train[1].Test[1]),
			"train c": test[0].Train, "test a": train[0].Test, "test c": test[0].Test, "test d": test[1].Test,
		}
		require.Equal(t, 4, folder.Train.Len())
		require.Equal(t, 7*(2+1+1), folder.Test.Len())
		for _, s := range []*Set{folder, memory} {
			require.Equal(t, []int{144, 144, Vocab, Vocab, 35, 35}, []int{s.Train.SeqLen(), s.Test.SeqLen(), s.Train.VocabSize(), s.Test.VocabSize(), s.Train.NumPuzzleIDs(), s.Test.NumPuzzleIDs()})
			seen := map[string]bool{}
			look := func(split string, rows data.Rows, i int) {
				in, lab := make([]int32, 144), make([]int32, 144)
				id, err := rows.Row(i, rng, in, lab)
				require.NoError(t, err)
				task, transform := mustParseID(t, s.Identifiers[id])
				for k, label := range lab {
					if label == PadToken {
						t.Fatal("padding counts")
					}
					lab[k] = max(label, PadToken)
				}
				require.Contains(t, pairs, split+" "+task)
				found := -1
				for k, p := range pairs[split+" "+task] {
					if p.Input.Equal(transform.Undo(lift(s.Canvas, in))) && p.Output.Equal(transform.Undo(lift(s.Canvas, lab))) {
						found = k
					}
				}
				require.GreaterOrEqual(t, found, 0)
				seen[fmt.Sprint(split, s.Identifiers[id], found)] = true
			}
			for i := range s.Test.Len() {
				look("test", s.Test, i)
			}
			for range 400 {
				for i := range s.Train.Len() {
					look("train", s.Train, i)
				}
			}
			// All test rows and all pairs of all augmentations are met.
			require.Len(t, seen, 7*(2+1+1)+7*(4+3+2)+6*3, "a's are drawn twice")
		}
		in, lab := make([]int32, 144), make([]int32, 144)
		in2, lab2 := make([]int32, 144), make([]int32, 144)
		for i := range folder.Test.Len() {
			id, err := folder.Test.Row(i, nil, in, lab)
			require.NoError(t, err)
			id2, err := memory.Test.Row(i, nil, in2, lab2)
			require.NoError(t, err)
			require.Equal(t, []any{id, in, lab}, []any{id2, in2, lab2})
		}
		require.Zero(t, testing.AllocsPerRun(20, func() { _, _ = memory.Test.Row(3, nil, in, lab) }))
		require.Zero(t, testing.AllocsPerRun(20, func() { _, _ = memory.Train.Row(1, rng, in, lab) }))

		again := t.TempDir()
		require.NoError(t, newCorpus(t, train, test, config, 5).WriteFolder(again))
		for _, name := range []string{"identifiers.json", "train/all__inputs.npy", "train/all__labels.npy", "test/all__inputs.npy"} {
			require.Equal(t, readFile(t, dir, name), readFile(t, again, name), name)
		}
	}
}

// TestCorpusPlaces counts where pairs lie on a canvas with room for four places.
func TestCorpusPlaces(t *testing.T) {
	task := Task{ID: "a"}
	for i := range uint8(4) {
		task.Train = append(task.Train, Pair{Grid{1, 1, []uint8{i}}, Grid{1, 1, []uint8{i + 4}}})
	}
	c := newCorpus(t, []Task{task}, nil, CorpusConfig{Canvas: Canvas{2}, Augmentations: 1000}, 1)
	dir := t.TempDir()
	require.NoError(t, c.WriteFolder(dir))
	require.Zero(t, openSet(t, dir).Test.Len())
	f, err := data.OpenFolder(filepath.Join(dir, "train"))
	require.NoError(t, err)
	defer f.Close()
	in, lab := make([]int32, 4), make([]int32, 4)
	first := func(rows data.Rows, i int, rng bool) int {
		r := newRNG(uint64(i))
		if !rng {
			r = nil
		}
		_, err := rows.Row(i%rows.Len(), r, in, lab)
		require.NoError(t, err)
		for k, token := range in {
			if token > EndToken {
				return k
			}
		}
		t.Fatal("no grid")
		return 0
	}
	puzzles := f.NumPuzzles()
	require.Equal(t, 1001, puzzles)
	var places, drawn [4]int
	for p := range puzzles {
		still := 0
		for i := range 4 {
			place := first(f.Examples(), 4*p+i, false)
			places[place]++
			if place == 0 {
				still++
			}
			drawn[first(c.Set().Train, 4*p+i, true)]++
		}
		require.Positive(t, still, "one pair of each puzzle begins in the first cell")
	}
	n := float64(puzzles)
	for k, want := range []float64{n + 3*n/4, 3 * n / 4, 3 * n / 4, 3 * n / 4} {
		require.InDelta(t, want, places[k], 0.15*n)
		require.InDelta(t, want, drawn[k], 0.15*n)
	}
}

func TestNewCorpusErrors(t *testing.T) {
	rng := newRNG(1)
	a := randomTask(rng, "a", 1, 1, 3)
	a.Train[0].Output = randomGrid(rng, 1)
	big := Task{ID: "big", Train: []Pair{{grid("0/0/0/0/0"), grid("1")}}}
	ok := CorpusConfig{Canvas: Canvas{4}, Augmentations: 3}
	for want, try := range map[string]struct {
		train, test []Task
		config      CorpusConfig
	}{
		"canvas of side 0":            {[]Task{a}, nil, CorpusConfig{}},
		"fewer than 0":                {[]Task{a}, nil, CorpusConfig{Canvas: Canvas{4}, Augmentations: -1}},
		`test task "a" twice`:         {nil, []Task{a, a}, ok},
		`task "big": grid of 5 x 1 c`: {nil, []Task{a, big}, ok},
		`task "x": no pairs`:          {[]Task{a, {ID: "x"}}, nil, ok},
	} {
		_, err := NewCorpus(try.train, try.test, try.config, rng)
		require.ErrorContains(t, err, want)
	}
	c := newCorpus(t, []Task{a}, []Task{a}, ok, 1)
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o666))
	require.Error(t, c.WriteFolder(file))
	in := make([]int32, 16)
	for _, rows := range []data.Rows{c.Set().Train, c.Set().Test} {
		_, err := rows.Row(rows.Len(), nil, in, in)
		require.ErrorContains(t, err, "row ")
		_, err = rows.Row(0, nil, in[1:], in)
		require.ErrorContains(t, err, "room for 15 inputs")
	}
}

func TestOpenSetErrors(t *testing.T) {
	rng := newRNG(1)
	a := randomTask(rng, "a", 1, 1, 3)
	whole := t.TempDir()
	require.NoError(t, newCorpus(t, nil, []Task{a}, CorpusConfig{Canvas: Canvas{4}}, 1).WriteFolder(whole))
	for want, spoil := range map[string]func(dir string) error{
		"test_puzzles.json": func(dir string) error { return os.Remove(filepath.Join(dir, "test_puzzles.json")) },
		`task "a": no pairs`: func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "test_puzzles.json"), []byte(`{"a":{}}`), 0o666)
		},
		"no identifiers.json": func(dir string) error { return os.Remove(filepath.Join(dir, "identifiers.json")) },
		"identifier 1: arc: ": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "identifiers.json"), []byte(`["<blank>","|||"]`), 0o666)
		},
		"dataset.json":                                func(dir string) error { return os.Remove(filepath.Join(dir, "test", "dataset.json")) },
		"of 16 tokens to train on, of":                func(dir string) error { return data.WriteFolder(dir, "test", contents(9, Vocab)) },
		"rows of 8 tokens out of 12 are not canvases": func(dir string) error { return data.WriteFolder(dir, "test", contents(8, Vocab)) },
		"rows of 16 tokens out of 11 are":             func(dir string) error { return data.WriteFolder(dir, "test", contents(16, 11)) },
		"rows of 961 tokens out of 12 are":            func(dir string) error { return data.WriteFolder(dir, "train", contents(961, Vocab)) },
	} {
		dir := t.TempDir()
		require.NoError(t, os.CopyFS(dir, os.DirFS(whole)))
		require.NoError(t, spoil(dir))
		_, err := OpenSet(dir)
		require.ErrorContains(t, err, want)
		require.True(t, strings.HasPrefix(err.Error(), "arc: ") || strings.HasPrefix(err.Error(), "data: "), err.Error())
	}
}

// contents are no rows of a shape.
func contents(seqLen, vocab int) data.FolderContents {
	return data.FolderContents{VocabSize: vocab, SeqLen: seqLen, Identifiers: []string{"<blank>", "a"}}
}
