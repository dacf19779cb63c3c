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
// steps. What that is depends on the seed, the puzzle and the step alone.
type Noise struct {
	Size float32 // 0: none
	Seed uint64
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
	return Noise{max(size, 0), seed}, nil
}

// noiseStream separates the noise from other draws with the same seed.
const noiseStream = 0xa0761d6478bd642f

// Add moves a row's states before a step, counted from 1. The digest is that of
// the puzzle; pcg is for its use.
func (n Noise) Add(c *nn.Carry, row int, digest uint64, step int, pcg *rand.PCG) {
	if n.Size == 0 {
		return
	}
	pcg.Seed(n.Seed^noiseStream, digest+uint64(step))
	c.AddNoise(row, n.Size, pcg)
}

// Digest tells puzzles apart.
func Digest(inputs []int32, id int32) uint64 {
	h := fnv.New64a()
	_ = binary.Write(h, binary.LittleEndian, inputs) // a hash takes all
	_ = binary.Write(h, binary.LittleEndian, id)
	return h.Sum64()
}
