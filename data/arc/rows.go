package arc

import (
	"math/rand/v2"
	"sort"

	"github.com/rereadml/reread/data"
)

// Set returns the corpus as rows without a folder. They are those of
// [Corpus.WriteFolder], except that where a pair lies to be trained on is drawn anew
// each time, by the same rule. Nothing is to be closed.
func (c *Corpus) Set() *Set {
	s := &Set{Canvas: c.config.Canvas, Identifiers: c.identifiers, Tasks: c.tests}
	train, test := trainRows{corpusRows{c}, nil}, testRows{corpusRows{c}, nil, nil}
	rows := 0
	for i := range c.groups {
		g := &c.groups[i]
		if len(g.train) > 0 {
			train.groups = append(train.groups, g)
		}
		if len(g.test) > 0 {
			rows += len(g.test) * len(g.transforms)
			test.groups, test.ends = append(test.groups, g), append(test.ends, rows)
		}
	}
	s.Train, s.Test = train, test
	return s
}

// corpusRows is what rows to train and to evaluate on have in common.
type corpusRows struct{ c *Corpus }

func (r corpusRows) SeqLen() int       { return r.c.config.Canvas.SeqLen() }
func (r corpusRows) VocabSize() int    { return Vocab }
func (r corpusRows) NumPuzzleIDs() int { return len(r.c.identifiers) }

// draw writes a row.
func (r corpusRows) draw(inputs, labels []int32, t *Transform, p Pair, row, col int) {
	r.c.draw(inputs, labels, t, p, row, col)
	for i, label := range labels {
		if label == PadToken {
			labels[i] = data.IgnoreLabel
		}
	}
}

// trainRows draws a pair of a group.
type trainRows struct {
	corpusRows
	groups []*group
}

func (r trainRows) Len() int { return len(r.groups) }

func (r trainRows) Row(i int, rng *rand.Rand, inputs, labels []int32) (int32, error) {
	if err := data.CheckRow(i, r.Len(), r.SeqLen(), inputs, labels); err != nil {
		return 0, err
	}
	g := r.groups[i]
	k, pair, row, col := 0, 0, 0, 0
	if rng != nil {
		k, pair = rng.IntN(len(g.transforms)), rng.IntN(len(g.train))
		// One of the pairs stays where it is.
		if rng.IntN(len(g.train)) > 0 {
			row, col = r.c.place(&g.transforms[k], g.train[pair], rng)
		}
	}
	r.draw(inputs, labels, &g.transforms[k], g.train[pair], row, col)
	return g.ids[k], nil
}

// testRows walks all pairs.
type testRows struct {
	corpusRows
	groups []*group
	ends   []int // row behind the last one of each group
}

func (r testRows) Len() int {
	if len(r.ends) == 0 {
		return 0
	}
	return r.ends[len(r.ends)-1]
}

func (r testRows) Row(i int, _ *rand.Rand, inputs, labels []int32) (int32, error) {
	if err := data.CheckRow(i, r.Len(), r.SeqLen(), inputs, labels); err != nil {
		return 0, err
	}
	k := sort.Search(len(r.ends), func(k int) bool { return r.ends[k] > i })
	g := r.groups[k]
	i -= r.ends[k] - len(g.test)*len(g.transforms)
	k, pair := i/len(g.test), i%len(g.test)
	r.draw(inputs, labels, &g.transforms[k], g.test[pair], 0, 0)
	return g.ids[k], nil
}
