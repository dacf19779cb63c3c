package train

import (
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
)

// wandering is a feed that shows what follows from all that it showed before,
// and fails at will.
type wandering struct {
	madeUp
	at     uint64
	broken error
}

func newWandering(m *nn.Model) *wandering { return &wandering{madeUp: feedFor(m)} }

func (f *wandering) At(n uint64, inputs, labels []int32) (int32, error) {
	f.at = scramble(f.at ^ n)
	return f.madeUp.At(f.at, inputs, labels)
}

func (f *wandering) MarshalBinary() ([]byte, error) {
	return binary.LittleEndian.AppendUint64(nil, f.at), f.broken
}

func (f *wandering) UnmarshalBinary(state []byte) error {
	if len(state) != 8 {
		return fmt.Errorf("%d bytes, want 8", len(state))
	}
	f.at = binary.LittleEndian.Uint64(state)
	return f.broken
}

func newWanderingTrainer(t testing.TB, kind string, workers int) (*Trainer, *wandering) {
	t.Helper()
	m := newModel(t, kind, tinyArch())
	feed := newWandering(m)
	return newTrainerOn(t, m, feed, tinyConfig(5, 20), workers), feed
}

// TestFeedWithStateResumesExactly stops a run twice and goes on with another
// feed each time.
func TestFeedWithStateResumesExactly(t *testing.T) {
	for _, kind := range allKinds() {
		t.Run(kind, func(t *testing.T) {
			whole, _ := newWanderingTrainer(t, kind, 1)
			run, _ := newWanderingTrainer(t, kind, 2)
			for range 3 {
				steps(t, whole, 3)
				steps(t, run, 3)
				path := saved(t, run)
				require.Equal(t, fileHash(t, saved(t, whole)), fileHash(t, path))
				next, feed := newWanderingTrainer(t, kind, 3)
				steps(t, next, 2) // of which nothing may be left
				require.NoError(t, next.LoadCheckpoint(path))
				require.Equal(t, run.feed.(*wandering).at, feed.at)
				run = next
			}
		})
	}
}

// TestFeedStateMatters: without the state the run would be another one.
func TestFeedStateMatters(t *testing.T) {
	whole, _ := newWanderingTrainer(t, kindMLP, 1)
	steps(t, whole, 3)
	next, feed := newWanderingTrainer(t, kindMLP, 1)
	require.NoError(t, next.LoadCheckpoint(saved(t, whole)))
	feed.at++
	steps(t, whole, 3)
	steps(t, next, 3)
	require.NotEqual(t, fileHash(t, saved(t, whole)), fileHash(t, saved(t, next)))
}

// TestFeedState damages what a checkpoint holds of a feed.
func TestFeedState(t *testing.T) {
	bytes := func(b ...uint8) func(contents) {
		return func(c contents) { c.tensors[tensorFeed] = safetensors.Uint8(tensorFeed, []int{len(b)}, b) }
	}
	for _, c := range []struct {
		name string
		edit func(c contents)
		want string
	}{
		{"whole", func(contents) {}, ""},
		{"other state", bytes(1, 2, 3, 4, 5, 6, 7, 8), ""},
		{"missing", func(c contents) { delete(c.tensors, tensorFeed) }, `tensor "train.feed" is missing`},
		{"short", bytes(1, 2, 3), "state of the feed: 3 bytes, want 8"},
		{"long", bytes(make([]byte, 9)...), "state of the feed: 9 bytes, want 8"},
		{"empty", bytes(), "state of the feed: 0 bytes, want 8"},
		{"no bytes", func(c contents) { c.ints(tensorFeed, 1, 2, 3, 4, 5, 6, 7, 8) }, tensorFeed},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr, _ := newWanderingTrainer(t, kindMLP, 1)
			steps(t, tr, 2)
			whole := readContents(t, saved(t, tr))
			require.Contains(t, whole.tensors, tensorFeed)
			c.edit(whole)
			path := write(t, whole)
			next, _ := newWanderingTrainer(t, kindMLP, 1)
			err := next.LoadCheckpoint(path)
			if c.want == "" {
				require.NoError(t, err)
				steps(t, next, 2)
				return
			}
			require.ErrorContains(t, err, "train: load checkpoint "+path)
			require.ErrorContains(t, err, c.want)
		})
	}
}

// TestFeedWithoutState: most feeds have none, and their checkpoints say nothing
// of it. A run that had some is not theirs to go on with.
func TestFeedWithoutState(t *testing.T) {
	plain := newTrainer(t, newModel(t, kindMLP, tinyArch()), tinyConfig(5, 20), 1)
	require.NotContains(t, readContents(t, saved(t, plain)).tensors, tensorFeed)
	tr, _ := newWanderingTrainer(t, kindMLP, 1)
	err := plain.LoadCheckpoint(saved(t, tr))
	require.ErrorIs(t, err, ErrDifferentRun)
	require.ErrorContains(t, err, "feed")
}

// half is a feed whose state can be written but not read: it counts as one
// without.
type half struct{ madeUp }

func (half) MarshalBinary() ([]byte, error) { return []byte{1}, nil }

func TestFeedWithHalfAState(t *testing.T) {
	m := newModel(t, kindMLP, tinyArch())
	tr := newTrainerOn(t, m, half{feedFor(m)}, tinyConfig(5, 20), 1)
	path := saved(t, tr)
	require.NotContains(t, readContents(t, path).tensors, tensorFeed)
	require.NoError(t, tr.LoadCheckpoint(path))
}

func TestFeedStateFails(t *testing.T) {
	tr, feed := newWanderingTrainer(t, kindMLP, 1)
	good := saved(t, tr)
	feed.broken = errors.New("broken feed")
	path := filepath.Join(t.TempDir(), "run.safetensors")
	err := tr.SaveCheckpoint(path)
	require.ErrorIs(t, err, feed.broken)
	require.ErrorContains(t, err, "train: save checkpoint: state of the feed: ")
	require.NoFileExists(t, path)
	require.ErrorIs(t, tr.LoadCheckpoint(good), feed.broken)
}

// shaped is a feed that tells its shape.
type shaped struct {
	madeUp
	cells, tokens, puzzles int
}

func (f shaped) SeqLen() int       { return f.cells }
func (f shaped) VocabSize() int    { return f.tokens }
func (f shaped) NumPuzzleIDs() int { return f.puzzles }

// TestShapes: a feed that does not fit the model is an error before the run.
func TestShapes(t *testing.T) {
	for _, c := range []struct {
		name                   string
		cells, tokens, puzzles int
		bare                   bool // a model without puzzle embedding
		want                   string
	}{
		{"equal", 16, 6, 3, false, ""},
		{"fewer tokens and puzzles", 16, 5, 1, false, ""},
		{"puzzles that are not embedded", 16, 6, 1000, true, ""},
		{"more cells", 81, 6, 3, false, "rows of 81 cells and 6 tokens, the model is for 16 cells and 6 tokens"},
		{"fewer cells", 9, 6, 3, true, "rows of 9 cells and 6 tokens, the model is for 16 cells and 6 tokens"},
		{"more tokens", 16, 7, 3, false, "rows of 16 cells and 7 tokens, the model is for 16 cells and 6 tokens"},
		{"more puzzles", 16, 6, 4, false, "4 puzzle identifiers, the model 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			arch := tinyArch()
			if c.bare {
				arch.PuzzleEmbNDim = 0
			}
			m := newModel(t, kindMLP, arch)
			tr, err := New(m, shaped{madeUp{5, 1}, c.cells, c.tokens, c.puzzles}, tinyConfig(2, 10), Options{Workers: 1})
			if c.want != "" {
				require.Nil(t, tr)
				require.ErrorContains(t, err, "train: the feed has ")
				require.ErrorContains(t, err, c.want)
				return
			}
			require.NoError(t, err)
			defer tr.Close()
			steps(t, tr, 1)
		})
	}
}

// TestUnwrittenCells: what a feed leaves out is not taken from the row before,
// which the batch still holds.
func TestUnwrittenCells(t *testing.T) {
	for _, c := range []struct {
		name           string
		inputs, labels int // that the feed writes
		want           string
	}{
		{"all", 16, 16, ""},
		{"an input too few", 15, 16, "input not written in cell 15"},
		{"no inputs", 0, 16, "input not written in cell 0"},
		{"a label too few", 16, 15, "label not written in cell 15, want 0 to 5 or -100"},
		{"no labels", 16, 0, "label not written in cell 0, want 0 to 5 or -100"},
	} {
		for _, inputs := range []string{"", nn.InputSets} {
			t.Run(c.name+"/"+inputs, func(t *testing.T) {
				arch := tinyArch()
				arch.HaltMaxSteps, arch.Inputs = 1, inputs
				m := newModel(t, kindMLP, arch)
				feed := feedFunc(func(n uint64, inputs, labels []int32) (int32, error) {
					if n == 2*5+3 {
						inputs, labels = inputs[:c.inputs], labels[:c.labels]
					}
					fill(inputs, 1)
					fill(labels, 1)
					return 0, nil
				})
				tr := newTrainerOn(t, m, feed, tinyConfig(5, 10), 2)
				steps(t, tr, 2)
				_, err := tr.Step()
				if c.want == "" {
					require.NoError(t, err)
					return
				}
				require.EqualError(t, err, "train: step 3: position 13 of the feed: "+c.want)
			})
		}
	}
}
