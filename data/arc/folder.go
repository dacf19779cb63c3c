package arc

import (
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/internal/atomicfile"
)

// WriteFolder writes the corpus as a data set folder that the published code and
// [OpenSet] read: the splits train and test with a group for each task,
// identifiers.json, and test_puzzles.json with the test tasks. Existing files are
// replaced, each in one step. Where two runs draw the same, they write the same bytes.
//
// As published, the pairs of a puzzle of the train split lie anywhere on the canvas,
// input and output at the same place, except one, which begins in its first cell; those
// of the test split all do. Padding and ignored label are 0. A test output that is not
// known is a grid of one cell of colour 0.
//
// The puzzles go to the disk as they are made, whatever their number.
func (c *Corpus) WriteFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("arc: write folder: %w", err)
	}
	path := filepath.Join(dir, testPuzzles)
	err := atomicfile.Write(path, func(w io.Writer) error { return writeSolved(w, c.tests) })
	if err != nil {
		return fmt.Errorf("arc: %s: %w", path, err)
	}
	contents := data.FolderContents{
		VocabSize:     Vocab,
		SeqLen:        c.config.Canvas.SeqLen(),
		PadID:         PadToken,
		IgnoreLabelID: new(int),
		Identifiers:   c.identifiers,
	}
	if err := data.StreamFolder(dir, "train", contents, c.trainGroups); err != nil {
		return err
	}
	return data.StreamFolder(dir, "test", contents, c.testGroups)
}

func (c *Corpus) trainGroups(yield func(iter.Seq[data.FolderPuzzle]) bool) {
	var b puzzleBuffer
	for i := range c.groups {
		// Every pass over the groups draws the same.
		rng := rand.New(rand.NewPCG(c.seed, uint64(i)))
		if g := &c.groups[i]; len(g.train) > 0 && !yield(c.puzzles(&b, g, g.train, rng)) {
			return
		}
	}
}

func (c *Corpus) testGroups(yield func(iter.Seq[data.FolderPuzzle]) bool) {
	var b puzzleBuffer
	for i := range c.groups {
		if g := &c.groups[i]; len(g.test) > 0 && !yield(c.puzzles(&b, g, g.test, nil)) {
			return
		}
	}
}

// puzzles yields the puzzles of a group with the given pairs, which a generator moves.
func (c *Corpus) puzzles(b *puzzleBuffer, g *group, pairs []Pair, rng *rand.Rand) iter.Seq[data.FolderPuzzle] {
	return func(yield func(data.FolderPuzzle) bool) {
		for k := range g.transforms {
			p := b.puzzle(len(pairs), c.config.Canvas.SeqLen())
			p.ID = g.ids[k]
			c.fill(p, &g.transforms[k], pairs, rng)
			if !yield(p) {
				return
			}
		}
	}
}

func (c *Corpus) fill(p data.FolderPuzzle, t *Transform, pairs []Pair, rng *rand.Rand) {
	still := 0
	if rng != nil {
		still = rng.IntN(len(pairs))
	}
	for i, pair := range pairs {
		row, col := 0, 0
		if rng != nil && i != still {
			row, col = c.place(t, pair, rng)
		}
		c.draw(p.Inputs[i], p.Labels[i], t, pair, row, col)
	}
}

// puzzleBuffer is room for the tokens of one puzzle after the other.
type puzzleBuffer struct{ inputs, labels [][]int32 }

func (b *puzzleBuffer) puzzle(examples, seqLen int) data.FolderPuzzle {
	for len(b.inputs) < examples {
		b.inputs = append(b.inputs, make([]int32, seqLen))
		b.labels = append(b.labels, make([]int32, seqLen))
	}
	return data.FolderPuzzle{Inputs: b.inputs[:examples], Labels: b.labels[:examples]}
}
