package arc

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"math/rand/v2"
	"slices"
)

// retries is how many transforms are drawn at most for each that is wanted.
const retries = 5

// Augment returns up to n transforms under which the task differs from itself and from
// its other images, drawn by [RandomTransform]. Tasks are the same if they have the
// same pairs, whatever their order and whether for training or testing. Tasks of few
// colours, or with symmetries of their own, have fewer images than others: drawing ends
// after 5n transforms. A task that [Task.Check] turns down, and n below 0, are errors.
func (t *Task) Augment(rng *rand.Rand, n int) ([]Transform, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, errors.New("arc: augment: fewer than 0 images")
	}
	h := hasher{pairs: slices.Concat(t.Train, t.Test)}
	seen := map[[sha256.Size]byte]bool{h.hash(Identity()): true}
	var drawn []Transform
	for tries := 0; len(drawn) < n && tries/retries < n; tries++ {
		transform := RandomTransform(rng)
		if sum := h.hash(transform); !seen[sum] {
			seen[sum] = true
			drawn = append(drawn, transform)
		}
	}
	return drawn, nil
}

// hasher tells images of a task apart.
type hasher struct {
	pairs []Pair
	sums  [][2 * sha256.Size]byte
	room  [MaxSide * MaxSide]uint8
}

// hash returns a hash of the image under a checked transform.
func (h *hasher) hash(t Transform) [sha256.Size]byte {
	h.sums = h.sums[:0]
	for _, p := range h.pairs {
		in, out := h.image(&t, p.Input), h.image(&t, p.output())
		var sum [2 * sha256.Size]byte
		copy(sum[:], in[:])
		copy(sum[sha256.Size:], out[:])
		h.sums = append(h.sums, sum)
	}
	slices.SortFunc(h.sums, func(a, b [2 * sha256.Size]byte) int { return bytes.Compare(a[:], b[:]) })
	all := sha256.New()
	for i := range h.sums {
		all.Write(h.sums[i][:])
	}
	return [sha256.Size]byte(all.Sum(nil))
}

func (h *hasher) image(t *Transform, g Grid) [sha256.Size]byte {
	image := Grid{Cells: h.room[:]}
	t.apply(&image, g)
	return image.Hash()
}
