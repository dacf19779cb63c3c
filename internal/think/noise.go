package think

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/rand/v2"

	"github.com/rereadml/reread/nn"
)

// Noise is what is added to the latent states of a puzzle between its supervision
// steps. What that is depends on the seed, the puzzle, the line of thought and the
// step alone, and for hypotheses on the answer.
type Noise struct {
	Size       float32 // before every step; 0: none
	Start      float32 // on top of it before the first step of lines after the first; 0: none
	Hypotheses float32 // weight of those after every step; 0: none
	Seed       uint64
}

// NewNoise returns noise of a size and hypotheses of a weight, where 0 stands for
// the model's own and numbers below for none.
func NewNoise(m *nn.Model, size, hypotheses float32, seed uint64) (Noise, error) {
	size, err := resolve("noise", size, m.Arch().StateNoise)
	if err != nil {
		return Noise{}, err
	}
	hypotheses, err = resolve("hypotheses", hypotheses, m.Arch().Hypotheses)
	return Noise{Size: size, Hypotheses: hypotheses, Seed: seed}, err
}

// resolve returns what an option stands for.
func resolve(name string, x, own float32) (float32, error) {
	switch {
	case x == 0:
		return own, nil
	case !(x <= nn.MaxNoise):
		return 0, fmt.Errorf("%s of %v, want at most %v", name, x, nn.MaxNoise)
	}
	return max(x, 0), nil
}

// None reports whether nothing moves the states between steps.
func (n Noise) None() bool { return n.Size == 0 && n.Hypotheses == 0 }

// The streams separate what is drawn here from other draws with the same seed, and
// from each other.
const (
	noiseStream      = 0xa0761d6478bd642f
	hypothesisStream = 0xe7037ed1a0b428db
)

// Moment is a supervision step in thinking about a puzzle.
type Moment struct {
	Digest uint64 // of the puzzle
	Line   int    // of thought, from 1
	Step   int    // of the line, from 1
}

// draw is the place of the moment's draws in a stream.
func (m Moment) draw() uint64 { return LineDigest(m.Digest, m.Line) + uint64(m.Step) }

// Add moves a row's states before a step. pcg is for its use.
func (n Noise) Add(c *nn.Carry, row int, at Moment, pcg *rand.PCG) {
	add := func(size float32, at Moment) {
		if size != 0 {
			pcg.Seed(n.Seed^noiseStream, at.draw())
			c.AddNoise(row, size, pcg)
		}
	}
	if at.Line > 1 && at.Step == 1 {
		add(n.Start, Moment{at.Digest, at.Line, 0})
	}
	add(n.Size, at)
}

// Suppose adds hypotheses to a row's states after a step that is not the last of its
// line, from its answer, logits for inputs. pcg is for its use.
func (n Noise) Suppose(m *nn.Model, c *nn.Carry, row int, inputs []int32, logits []float32, at Moment, pcg *rand.PCG) {
	if n.Hypotheses != 0 {
		pcg.Seed(n.Seed^hypothesisStream, at.draw())
		m.AddHypotheses(c, row, n.Hypotheses, inputs, logits, rand.New(pcg))
	}
}

// LineDigest tells lines of thought, counted from 1, about the puzzle with a digest
// apart, by numbers that are far from each other. The first has that of the puzzle.
func LineDigest(digest uint64, line int) uint64 {
	return digest + uint64(line-1)*0x9e3779b97f4a7c15
}

// Digest tells puzzles apart.
func Digest(inputs []int32, id int32) uint64 {
	h := fnv.New64a()
	_ = binary.Write(h, binary.LittleEndian, inputs) // a hash takes all
	_ = binary.Write(h, binary.LittleEndian, id)
	return h.Sum64()
}
