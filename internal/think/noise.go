package think

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"

	"github.com/rereadml/reread/nn"
)

// Noise is what is added to the latent states of a puzzle before its supervision
// steps. What that is depends on the seed, the puzzle, the line of thought and the
// step alone.
type Noise struct {
	Size  float32 // before every step; 0: none
	Start float32 // on top of it before the first step of lines after the first; 0: none
	Seed  uint64
}

// NewNoise returns noise of a size, where 0 stands for the model's own and numbers
// below for none.
func NewNoise(m *nn.Model, size float32, seed uint64) (Noise, error) {
	switch {
	case size == 0:
		size = m.Arch().StateNoise
	case !(size <= math.MaxFloat32):
		return Noise{}, fmt.Errorf("noise of %v, want a finite number", size)
	}
	return Noise{Size: max(size, 0), Seed: seed}, nil
}

// noiseStream separates the noise from other draws with the same seed.
const noiseStream = 0xa0761d6478bd642f

// Add moves a row's states before a step of a line of thought, both counted from
// 1. The digest is that of the puzzle; pcg is for its use.
func (n Noise) Add(c *nn.Carry, row int, digest uint64, line, step int, pcg *rand.PCG) {
	add := func(size float32, step int) {
		if size != 0 {
			pcg.Seed(n.Seed^noiseStream, LineDigest(digest, line)+uint64(step))
			c.AddNoise(row, size, pcg)
		}
	}
	if line > 1 && step == 1 {
		add(n.Start, 0)
	}
	add(n.Size, step)
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
