package arc

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// CorpusConfig says how tasks become rows.
type CorpusConfig struct {
	// Canvas is what grids are laid on.
	Canvas Canvas
	// Augmentations is the number of images of each task besides itself, or fewer where
	// it has fewer; see [Task.Augment]. HRM and TRM take 1000.
	Augmentations int
	// Style is how the puzzle identifiers of the images are written.
	Style Style
}

// Corpus is tasks with their augmentations, each a puzzle with an identifier of its
// own, as HRM and TRM train on them. Puzzles are made when they are asked for: a corpus
// takes little more memory than its identifiers. The 960 tasks that TRM learns ARC-AGI-1
// from have 876,410 puzzles with 1000 augmentations, and their folder has 6.8 GB; making
// and writing it takes 0.2 GB of memory and less than a minute of an AMD EPYC (Zen 4).
//
// As with its published builder, the pairs of a test task that show its rule are
// trained on as well: that is how a model gets to know its identifier.
//
//   - [Corpus.Set] serves it from memory.
//   - [Corpus.WriteFolder] writes it as a data set folder.
type Corpus struct {
	config      CorpusConfig
	seed        uint64 // of where grids lie in a folder
	groups      []group
	identifiers []string
	tests       []Task
}

// group is a task with its augmentations.
type group struct {
	transforms  []Transform // the first is the identity
	ids         []int32     // of each
	train, test []Pair
}

// NewCorpus returns the tasks with augmentations drawn by rng. All pairs of the train
// tasks are for training but those whose output is not known; of the test tasks, the
// pairs of Train are for training and those of Test for evaluation. The tasks must not
// be changed afterwards.
//
// Identifiers are numbered from 1 on in the order of the tasks, each followed by its
// augmentations; 0 is <blank>. Tasks of one ID, which the published sets have among
// them, share identifiers, though not among the test tasks, where that is an error.
// Others are tasks that [Task.Check] turns down or whose grids do not fit the canvas.
func NewCorpus(train, test []Task, config CorpusConfig, rng *rand.Rand) (*Corpus, error) {
	if err := config.Canvas.Check(); err != nil {
		return nil, err
	}
	c := &Corpus{config: config, identifiers: []string{"<blank>"}, tests: test}
	numbers := newNumbering(train, test)
	for i := range train {
		known := slices.DeleteFunc(slices.Clone(train[i].Test), func(p Pair) bool { return !p.Known() })
		if err := c.add(&train[i], slices.Concat(train[i].Train, known), nil, numbers, rng); err != nil {
			return nil, err
		}
	}
	seen := make(map[string]bool, len(test))
	for i := range test {
		t := &test[i]
		if seen[t.ID] {
			return nil, fmt.Errorf("arc: corpus: test task %.60q twice", t.ID)
		}
		seen[t.ID] = true
		if err := c.add(t, t.Train, t.Test, numbers, rng); err != nil {
			return nil, err
		}
	}
	c.seed = rng.Uint64()
	return c, nil
}

func (c *Corpus) add(t *Task, train, test []Pair, numbers numbering, rng *rand.Rand) error {
	transforms, err := t.Augment(rng, c.config.Augmentations)
	if err != nil {
		return err
	}
	for _, p := range slices.Concat(train, test) {
		for _, g := range []Grid{p.Input, p.Output} {
			if max(g.Rows, g.Cols) > c.config.Canvas.Side {
				return fmt.Errorf("arc: task %.60q: grid of %d x %d cells on a canvas of side %d", t.ID, g.Rows, g.Cols, c.config.Canvas.Side)
			}
		}
	}
	if len(transforms) > math.MaxInt32-1-len(c.identifiers) {
		return fmt.Errorf("arc: task %.60q: more than %d identifiers", t.ID, math.MaxInt32)
	}
	g := group{transforms: append([]Transform{Identity()}, transforms...), train: train, test: test}
	for _, transform := range g.transforms {
		g.ids = append(g.ids, c.number(t.ID, transform, numbers))
	}
	c.groups = append(c.groups, g)
	return nil
}

// numbering holds the identifiers of those tasks whose ID comes more than once.
type numbering map[string]map[Transform]int32

func newNumbering(sets ...[]Task) numbering {
	count := make(map[string]int)
	for _, tasks := range sets {
		for i := range tasks {
			count[tasks[i].ID]++
		}
	}
	numbers := make(numbering)
	for id, n := range count {
		if n > 1 {
			numbers[id] = make(map[Transform]int32)
		}
	}
	return numbers
}

// number returns the identifier of a task under a transform.
func (c *Corpus) number(task string, t Transform, numbers numbering) int32 {
	known, repeated := numbers[task]
	if id, ok := known[t]; ok {
		return id
	}
	id := int32(len(c.identifiers))
	c.identifiers = append(c.identifiers, t.ID(task, c.config.Style))
	if repeated {
		known[t] = id
	}
	return id
}

// draw writes the tokens of the image of a pair whose first cells lie in row and col.
func (c *Corpus) draw(inputs, labels []int32, t *Transform, p Pair, row, col int) {
	var room [MaxSide * MaxSide]uint8
	image := Grid{Cells: room[:]}
	t.apply(&image, p.Input)
	c.config.Canvas.draw(inputs, image, row, col)
	t.apply(&image, p.output())
	c.config.Canvas.draw(labels, image, row, col)
}

// place draws where the image of a pair lies, with equal probability for each place
// where input and output fit.
func (c *Corpus) place(t *Transform, p Pair, rng *rand.Rand) (row, col int) {
	in, out := p.Input, p.output()
	rows, cols := t.sides(max(in.Rows, out.Rows), max(in.Cols, out.Cols))
	return rng.IntN(c.config.Canvas.Side - rows + 1), rng.IntN(c.config.Canvas.Side - cols + 1)
}
