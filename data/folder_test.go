package data

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/internal/npy"
)

// smallContents has two groups: one of two puzzles with three examples in all,
// with an empty puzzle between them, and one of a single example.
func smallContents() FolderContents {
	ex := func(v ...int32) []int32 { return v }
	return FolderContents{
		VocabSize: 5, SeqLen: 3, IgnoreLabelID: new(int), Identifiers: []string{"<blank>", "a", "b", "c"},
		Groups: [][]FolderPuzzle{
			{
				{ID: 1, Inputs: [][]int32{ex(1, 2, 3), ex(4, 0, 1)}, Labels: [][]int32{ex(2, 2, -100), ex(-100, 3, 4)}},
				{ID: 3},
				{ID: 2, Inputs: [][]int32{ex(0, 0, 0)}, Labels: [][]int32{ex(1, 1, 1)}},
			},
			{{ID: 3, Inputs: [][]int32{ex(4, 4, 4)}, Labels: [][]int32{ex(3, 2, 1)}}},
		},
	}
}

func writeSmall(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, WriteFolder(dir, "train", smallContents()))
	return dir
}

func openFolder(t testing.TB, dir, split string) *Folder {
	t.Helper()
	f, err := OpenFolder(filepath.Join(dir, split))
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// row reads a row and formats it.
func row(t testing.TB, r Rows, i int) string {
	t.Helper()
	in, lab := make([]int32, r.SeqLen()), make([]int32, r.SeqLen())
	id, err := r.Row(i, nil, in, lab)
	require.NoError(t, err)
	return fmt.Sprint(id, in, lab)
}

func TestFolderRoundTrip(t *testing.T) {
	f := openFolder(t, writeSmall(t), "train")
	require.Equal(t, []int{2, 4, 4, 3, 5, 4}, []int{f.NumGroups(), f.NumPuzzles(), f.NumExamples(), f.SeqLen(), f.VocabSize(), f.NumPuzzleIDs()})
	require.Equal(t, []string{"<blank>", "a", "b", "c"}, f.Identifiers())
	m := f.Meta()
	require.Equal(t, FolderMeta{
		IgnoreLabelID: new(int), VocabSize: 5, SeqLen: 3, NumPuzzleIdentifiers: 4,
		TotalGroups: 2, TotalPuzzles: 4, MeanPuzzleExamples: 1, Sets: []string{"all"},
	}, m)

	e := f.Examples()
	require.Equal(t, 4, e.Len())
	for i, want := range []string{
		"1 [1 2 3] [2 2 -100]",
		"1 [4 0 1] [-100 3 4]",
		"2 [0 0 0] [1 1 1]",
		"3 [4 4 4] [3 2 1]",
	} {
		require.Equal(t, want, row(t, e, i))
	}
	g := f.Groups()
	require.Equal(t, 2, g.Len())
	require.Equal(t, "1 [1 2 3] [2 2 -100]", row(t, g, 0))
	require.Equal(t, "3 [4 4 4] [3 2 1]", row(t, g, 1))

	// Every example of a group is drawn.
	seen := map[string]bool{}
	rng := newRNG(1)
	for range 100 {
		in, lab := make([]int32, 3), make([]int32, 3)
		id, err := g.Row(0, rng, in, lab)
		require.NoError(t, err)
		seen[fmt.Sprint(id, in, lab)] = true
	}
	require.Len(t, seen, 3)
}

// TestFolderReplaces writes a second split and a smaller one over the first.
func TestFolderReplaces(t *testing.T) {
	dir := writeSmall(t)
	c := smallContents()
	c.Groups = c.Groups[1:]
	require.NoError(t, WriteFolder(dir, "test", c))
	require.NoError(t, WriteFolder(dir, "train", c))
	require.Equal(t, 1, openFolder(t, dir, "train").Groups().Len())
	require.Equal(t, 1, openFolder(t, dir, "test").Groups().Len())

	c.Groups = nil
	require.NoError(t, WriteFolder(dir, "test", c))
	require.Zero(t, openFolder(t, dir, "test").Groups().Len())
}

// TestFolderWideTokens needs more than bytes.
func TestFolderWideTokens(t *testing.T) {
	c := smallContents()
	c.VocabSize, c.IgnoreLabelID = 1000, nil
	c.Groups = [][]FolderPuzzle{{{ID: 1, Inputs: [][]int32{{1, 300, 999}}, Labels: [][]int32{{0, 999, 5}}}}}
	dir := t.TempDir()
	require.NoError(t, WriteFolder(dir, "train", c))
	require.Equal(t, "1 [1 300 999] [0 999 5]", row(t, openFolder(t, dir, "train").Groups(), 0))

	c.IgnoreLabelID = new(int)
	*c.IgnoreLabelID = -7
	c.Groups[0][0].Labels[0][0] = IgnoreLabel
	require.NoError(t, WriteFolder(dir, "train", c))
	require.Equal(t, "1 [1 300 999] [-100 999 5]", row(t, openFolder(t, dir, "train").Groups(), 0))
}

func TestFolderSets(t *testing.T) {
	dir := writeSmall(t)
	path := filepath.Join(dir, "train")
	names, err := filepath.Glob(filepath.Join(path, "all__*"))
	require.NoError(t, err)
	for _, name := range names {
		b, err := os.ReadFile(name)
		require.NoError(t, err)
		more := filepath.Join(path, "more"+strings.TrimPrefix(filepath.Base(name), "all"))
		require.NoError(t, os.WriteFile(more, b, 0o666))
	}
	patchMeta(t, dir, map[string]any{"sets": []string{"all", "more"}, "total_groups": 4, "unknown": []int{1}})
	f := openFolder(t, dir, "train")
	require.Equal(t, []int{4, 8, 8}, []int{f.NumGroups(), f.NumPuzzles(), f.NumExamples()})
	for i := range 4 {
		require.Equal(t, row(t, f.Examples(), i), row(t, f.Examples(), i+4))
	}
	for i := range 2 {
		require.Equal(t, row(t, f.Groups(), i), row(t, f.Groups(), i+2))
	}
}

// patchMeta changes keys of a dataset.json; nil removes one.
func patchMeta(t testing.TB, dir string, change map[string]any) {
	t.Helper()
	path := filepath.Join(dir, "train", "dataset.json")
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	var m map[string]any
	require.NoError(t, json.Unmarshal(b, &m))
	for k, v := range change {
		if m[k] = v; v == nil {
			delete(m, k)
		}
	}
	b, err = json.Marshal(m)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, b, 0o666))
}

func TestFolderMetaErrors(t *testing.T) {
	tests := []struct {
		key string
		v   any
		err string
	}{
		{"vocab_size", nil, "vocab_size 0 is not in"},
		{"vocab_size", "x", "dataset.json: json:"},
		{"vocab_size", int64(1 << 40), "dataset.json: "},
		{"vocab_size", 4, "inputs.npy: token 4 at row 1, column 0 is not in 0..3"},
		{"seq_len", 0, "seq_len 0"},
		{"seq_len", 4, "inputs.npy: 2 dimensions and rows of 3, want 2 and seq_len 4"},
		{"pad_id", 5, "pad_id 5 is not in 0..4"},
		{"pad_id", -1, "pad_id -1"},
		{"blank_identifier_id", 4, "blank_identifier_id 4 is not in 0..3"},
		{"num_puzzle_identifiers", 3, "identifiers.json: 4 identifiers, but num_puzzle_identifiers is 3"},
		{"num_puzzle_identifiers", 0, "num_puzzle_identifiers 0"},
		{"ignore_label_id", int64(1 << 40), "dataset.json: "},
		{"total_groups", 3, "2 groups, but total_groups is 3"},
		{"total_groups", -3, "total_groups -3"},
		{"sets", nil, "no sets"},
		{"sets", []string{"all", "all"}, `set "all" twice`},
		{"sets", []string{"../all"}, "not a plain file name"},
		{"sets", []string{""}, "not a plain file name"},
		{"sets", []string{"none"}, "none__inputs.npy"},
	}
	for _, tt := range tests {
		dir := writeSmall(t)
		patchMeta(t, dir, map[string]any{tt.key: tt.v})
		_, err := OpenFolder(filepath.Join(dir, "train"))
		require.ErrorContains(t, err, tt.err)
	}
	dir := writeSmall(t)
	patchMeta(t, dir, map[string]any{"total_puzzles": nil, "ignore_label_id": nil})
	f := openFolder(t, dir, "train")
	require.Equal(t, "1 [1 2 3] [2 2 0]", row(t, f.Groups(), 0), "without an ignored label, 0 is one like others")

	require.NoError(t, os.WriteFile(filepath.Join(dir, "train", "dataset.json"), []byte("{"), 0o666))
	_, err := OpenFolder(filepath.Join(dir, "train"))
	require.ErrorContains(t, err, dir)
	for _, split := range []string{"", ".", "..", "a/b", "../train"} {
		require.ErrorContains(t, WriteFolder(dir, split, smallContents()), "not a plain name")
	}
	_, err = OpenFolder(filepath.Join(dir, "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestFolderArrayErrors(t *testing.T) {
	tests := []struct {
		name   string
		dtype  string
		cols   int
		values []int32
		err    string
	}{
		{"inputs", "|u1", 0, make([]int32, 12), "inputs.npy: 1 dimensions"},
		{"inputs", "|i1", 3, []int32{1, 2, 3, 4, 0, 1, 0, -1, 0, 4, 4, 4}, "inputs.npy: token -1 at row 2, column 1"},
		{"labels", "|u1", 3, make([]int32, 9), "labels.npy: 3 rows, but 4 rows of inputs"},
		{"labels", "|u1", 3, []int32{1, 2, 3, 4, 0, 1, 0, 0, 0, 4, 4, 5}, "labels.npy: token 5 at row 3, column 2"},
		{"puzzle_identifiers", "<i4", 0, []int32{1, 3, 4, 3}, "identifier 4 of puzzle 2 is not in 0..3"},
		{"puzzle_identifiers", "<i4", 0, []int32{1, 3, -1, 3}, "identifier -1 of puzzle 2"},
		{"puzzle_identifiers", "<i4", 0, []int32{1, 3, 3}, "5 offsets, but 3 puzzle identifiers"},
		{"puzzle_identifiers", "<i4", 2, []int32{1, 3, 3, 1}, "2 dimensions, want 1"},
		{"puzzle_indices", "<i4", 0, []int32{}, "does not start at 0"},
		{"puzzle_indices", "<i4", 0, []int32{1, 2, 2, 3, 4}, "puzzle_indices.npy: does not start at 0"},
		{"puzzle_indices", "<i4", 0, []int32{0, 2, 1, 3, 4}, "falls from 2 to 1 at index 2"},
		{"puzzle_indices", "<i4", 0, []int32{0, 2, 2, 3, 5}, "ends at 5, want 4"},
		{"group_indices", "<i4", 0, []int32{0, 3}, "group_indices.npy: ends at 3, want 4"},
		{"group_indices", "<i4", 0, []int32{0, 1, 2, 4}, "group 1 has no examples"},
		{"group_indices", "<i8", 0, []int32{0, math.MinInt32, 4}, "falls from 0"},
	}
	for _, tt := range tests {
		dir := writeSmall(t)
		var b bytes.Buffer
		dtype, err := npy.ParseType(tt.dtype)
		require.NoError(t, err)
		require.NoError(t, npy.Write(&b, dtype, tt.cols, tt.values))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "train", "all__"+tt.name+".npy"), b.Bytes(), 0o666))
		_, err = OpenFolder(filepath.Join(dir, "train"))
		require.ErrorContains(t, err, tt.err)
		require.ErrorContains(t, err, dir)
	}
}

func TestFolderIdentifiersOptional(t *testing.T) {
	dir := writeSmall(t)
	path := filepath.Join(dir, "identifiers.json")
	require.NoError(t, os.WriteFile(path, []byte("{}"), 0o666))
	_, err := OpenFolder(filepath.Join(dir, "train"))
	require.ErrorContains(t, err, path)
	require.NoError(t, os.Remove(path))
	f := openFolder(t, dir, "train")
	require.Nil(t, f.Identifiers())
	require.Equal(t, 4, f.NumPuzzleIDs())
}

// TestOpenFolderFromWithin opens a split by names that do not end in its own.
func TestOpenFolderFromWithin(t *testing.T) {
	t.Chdir(filepath.Join(writeSmall(t), "train"))
	for _, path := range []string{".", "../train/", "../train/."} {
		f, err := OpenFolder(path)
		require.NoError(t, err)
		require.Len(t, f.Identifiers(), 4)
		require.NoError(t, f.Close())
	}
}

func TestFolderChangedOrClosed(t *testing.T) {
	dir := writeSmall(t)
	f := openFolder(t, dir, "train")
	in, lab := make([]int32, 3), make([]int32, 3)

	path := filepath.Join(dir, "train", "all__labels.npy")
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	b[len(b)-1] = 99
	require.NoError(t, os.WriteFile(path, b, 0o666))
	_, err = f.Examples().Row(3, nil, in, lab)
	require.ErrorContains(t, err, "token 99 at row 3, column 2")

	for _, r := range []Rows{f.Groups(), f.Examples()} {
		for _, i := range []int{-1, r.Len()} {
			_, err = r.Row(i, nil, in, lab)
			require.ErrorContains(t, err, fmt.Sprintf("row %d of %d", i, r.Len()))
		}
		_, err = r.Row(0, nil, in[:2], lab)
		require.ErrorContains(t, err, "room for 2 inputs and 3 labels, want 3")
	}
	require.NoError(t, f.Close())
	_, err = f.Groups().Row(0, nil, in, lab)
	require.ErrorIs(t, err, os.ErrClosed)
}

func TestFolderConcurrent(t *testing.T) {
	f := openFolder(t, writeSmall(t), "train")
	e := f.Examples()
	want := row(t, e, 2)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			in, lab := make([]int32, 3), make([]int32, 3)
			for i := range 200 {
				id, err := e.Row(i%4, nil, in, lab)
				if err != nil || i%4 == 2 && fmt.Sprint(id, in, lab) != want {
					t.Errorf("row %d: %v", i, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestFolderRowAllocs(t *testing.T) {
	if runtime.GOOS == "js" {
		t.Skip("reading a file allocates there")
	}
	f := openFolder(t, writeSmall(t), "train")
	g := f.Groups()
	in, lab := make([]int32, 3), make([]int32, 3)
	rng := newRNG(1)
	// The buffer pool may be emptied by a garbage collection.
	require.Less(t, testing.AllocsPerRun(200, func() { _, _ = g.Row(0, rng, in, lab) }), 1.0)
}

func TestWriteFolderErrors(t *testing.T) {
	for want, change := range map[string]func(*FolderContents){
		"group 1 has no examples":                func(c *FolderContents) { c.Groups[1] = nil },
		"group 0, puzzle 2: identifier 4":        func(c *FolderContents) { c.Groups[0][2].ID = 4 },
		"group 0, puzzle 0: 2 inputs, 1 labels":  func(c *FolderContents) { c.Groups[0][0].Labels = c.Groups[0][0].Labels[:1] },
		"example 1: 2 inputs, 3 labels, want 3":  func(c *FolderContents) { c.Groups[0][0].Inputs[1] = []int32{1, 2} },
		"input 5 at position 2 is not in 0..4":   func(c *FolderContents) { c.Groups[0][0].Inputs[0][2] = 5 },
		"label -1 at position 0 is not in 0..4":  func(c *FolderContents) { c.Groups[0][0].Labels[0][0] = -1 },
		"label -100 at position 2 is not in":     func(c *FolderContents) { c.IgnoreLabelID = nil },
		"pad_id 5":                               func(c *FolderContents) { c.PadID = 5 },
		"seq_len 0":                              func(c *FolderContents) { c.SeqLen, c.Groups = 0, nil },
		"num_puzzle_identifiers 0 is not in 1..": func(c *FolderContents) { c.Identifiers, c.Groups = nil, nil },
	} {
		dir := filepath.Join(t.TempDir(), "made")
		c := smallContents()
		change(&c)
		require.ErrorContains(t, WriteFolder(dir, "train", c), want)
		require.NoDirExists(t, dir)
	}
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, nil, 0o666))
	require.Error(t, WriteFolder(path, "train", smallContents()))

	// A folder that cannot be written to its end is not taken for a whole one.
	dir := writeSmall(t)
	blocked := filepath.Join(dir, "train", "all__group_indices.npy")
	require.NoError(t, os.Remove(blocked))
	require.NoError(t, os.Mkdir(blocked, 0o777))
	require.ErrorContains(t, WriteFolder(dir, "train", smallContents()), "group_indices.npy")
	_, err := OpenFolder(filepath.Join(dir, "train"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// TestStreamFolder writes what goes through one buffer.
func TestStreamFolder(t *testing.T) {
	c := smallContents()
	groups := c.Groups
	want := writeSmall(t)
	c.Groups = nil
	buf := FolderPuzzle{Inputs: make([][]int32, 2), Labels: make([][]int32, 2)}
	stream := func(yield func(iter.Seq[FolderPuzzle]) bool) {
		for _, group := range groups {
			ok := yield(func(yield func(FolderPuzzle) bool) {
				for _, p := range group {
					buf.ID = p.ID
					for i := range p.Inputs {
						buf.Inputs[i] = append(buf.Inputs[i][:0], p.Inputs[i]...)
						buf.Labels[i] = append(buf.Labels[i][:0], p.Labels[i]...)
					}
					if !yield(FolderPuzzle{p.ID, buf.Inputs[:len(p.Inputs)], buf.Labels[:len(p.Labels)]}) {
						return
					}
				}
			})
			if !ok {
				return
			}
		}
	}
	dir := t.TempDir()
	require.NoError(t, StreamFolder(dir, "train", c, stream))
	names, err := filepath.Glob(filepath.Join(want, "train", "*"))
	require.NoError(t, err)
	require.Len(t, names, 6)
	for _, name := range names {
		a, err := os.ReadFile(name)
		require.NoError(t, err)
		b, err := os.ReadFile(filepath.Join(dir, "train", filepath.Base(name)))
		require.NoError(t, err)
		require.Equal(t, a, b, name)
	}

	// Groups that change between two passes do not make a folder.
	passes := 0
	for _, change := range []func(){
		func() { groups = groups[:1] },
		func() { groups[0] = append(groups[0], groups[0][0]) },
		func() { groups[0][0].Labels[0][0] = 999 },
	} {
		groups, passes = smallContents().Groups, 0
		err := StreamFolder(dir, "train", c, func(yield func(iter.Seq[FolderPuzzle]) bool) {
			if passes++; passes == 3 {
				change()
			}
			stream(yield)
		})
		require.ErrorContains(t, err, "all__labels.npy: ")
		_, err = OpenFolder(filepath.Join(dir, "train"))
		require.ErrorIs(t, err, os.ErrNotExist)
	}
}

func FuzzFolderMeta(f *testing.F) {
	dir := writeSmall(f)
	path := filepath.Join(dir, "train", "dataset.json")
	b, err := os.ReadFile(path)
	require.NoError(f, err)
	f.Add(b)
	f.Add([]byte(`{"vocab_size":5,"seq_len":3,"num_puzzle_identifiers":4,"total_groups":2,"sets":["all"],"ignore_label_id":null}`))
	f.Add([]byte(`{"sets":["../all","..\\all"],"vocab_size":1e3}`))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := parseFolderMeta(b)
		if err != nil {
			return
		}
		again, err := json.Marshal(m)
		require.NoError(t, err)
		back, err := parseFolderMeta(again)
		require.NoError(t, err)
		require.Equal(t, m, back)

		// With the arrays of another folder it may not fit, but nothing else.
		require.NoError(t, os.WriteFile(path, b, 0o666))
		folder, err := OpenFolder(filepath.Join(dir, "train"))
		if err != nil {
			return
		}
		defer folder.Close()
		in, lab := make([]int32, folder.SeqLen()), make([]int32, folder.SeqLen())
		for i := range folder.Examples().Len() {
			id, err := folder.Examples().Row(i, nil, in, lab)
			require.NoError(t, err)
			require.Less(t, int(id), folder.NumPuzzleIDs())
		}
	})
}
