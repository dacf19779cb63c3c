package data

import "math/rand/v2"

// groupRows draws one example of a group.
type groupRows struct{ *Folder }

// Groups returns the folder as [Rows] for training: a row is a group, drawn as
// one of its puzzles and one of the examples of that, each with equal probability.
// It reads from f, which must stay open.
func (f *Folder) Groups() Rows { return groupRows{f} }

func (r groupRows) Len() int { return len(r.groups) - 1 }

func (r groupRows) Row(i int, rng *rand.Rand, inputs, labels []int32) (int32, error) {
	if err := CheckRow(i, r.Len(), r.SeqLen(), inputs, labels); err != nil {
		return 0, err
	}
	example, puzzle := r.drawExample(i, rng)
	return r.ids[puzzle], r.readExample(example, inputs, labels)
}

// drawExample chooses an example of a group, which has at least one.
func (f *Folder) drawExample(group int, rng *rand.Rand) (example, puzzle int) {
	from, n := f.groups[group], f.groups[group+1]-f.groups[group]
	puzzle = int(from)
	if rng != nil {
		puzzle += rng.IntN(int(n))
	}
	// Puzzles without examples are passed over.
	for f.puzzles[puzzle] == f.puzzles[puzzle+1] {
		if puzzle++; puzzle == int(from+n) {
			puzzle = int(from)
		}
	}
	example = int(f.puzzles[puzzle])
	if m := int(f.puzzles[puzzle+1]) - example; rng != nil && m > 1 {
		example += rng.IntN(m)
	}
	return example, puzzle
}

// exampleRows walks all examples.
type exampleRows struct{ *Folder }

// Examples returns the folder as [Rows] for evaluation: every example in the
// order of the files, without any choice, so that rng is not used. It reads from
// f, which must stay open.
func (f *Folder) Examples() Rows { return exampleRows{f} }

func (r exampleRows) Len() int { return r.NumExamples() }

func (r exampleRows) Row(i int, _ *rand.Rand, inputs, labels []int32) (int32, error) {
	if err := CheckRow(i, r.Len(), r.SeqLen(), inputs, labels); err != nil {
		return 0, err
	}
	return r.ids[r.puzzleOf(i)], r.readExample(i, inputs, labels)
}
