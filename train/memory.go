package train

import (
	"fmt"

	"github.com/rereadml/reread/nn"
)

// footprint is about how many bytes a run holds.
type footprint struct {
	fixed uint64 // whatever the batch
	row   uint64 // more for each row of the batch
}

// newFootprint counts what grows with the model or the batch. The working
// memory of the layers, which is small beside the tapes, is left out.
func newFootprint(m *nn.Model, cfg *Config, workers int) footprint {
	const size = 4
	element := uint64(size) // of activations and laid out weights
	if cfg.Precision == nn.BF16 {
		element = 2
	}
	a, weights := m.Arch(), uint64(len(m.Params().Data()))
	vectors := uint64(4) // weights, gradient and two moments
	if cfg.EMARate > 0 {
		vectors++
	}
	perWorker := weights // the gradient of a shard
	switch {
	case cfg.FreezeWeights:
		vectors, perWorker = 1, 0
	case cfg.Optimizer == Muon:
		all, square := muonSizes(m.Params())
		perWorker += 2 * uint64(all+square)
	}
	layouts := uint64(2) // for the forward and the backward pass
	latents := uint64(len(m.States()))
	logits := uint64(m.ReadOuts() * 2 * a.SeqLen * a.VocabSize) // with their gradients
	group := uint64(min(groupSize(m), cfg.BatchSize)) * (uint64(m.TapeSize())*element + logits*size)
	return footprint{
		fixed: weights*(vectors*size+layouts*element) + uint64(workers)*(perWorker*size+group),
		row:   size * (latents*uint64(a.Positions()*a.HiddenSize) + uint64(2*a.SeqLen+a.PuzzleEmbNDim)),
	}
}

// check reports a run that does not fit into the memory of the machine,
// 0 where that is not known.
func (f footprint) check(batch int, have uint64) error {
	need := f.fixed + uint64(batch)*f.row
	if have == 0 || need <= have {
		return nil
	}
	if have < f.fixed+f.row {
		return fmt.Errorf("train: this model needs about %s of memory to be trained, and there is %s", gigabytes(f.fixed+f.row), gigabytes(have))
	}
	return fmt.Errorf("train: global_batch_size %d needs about %s of memory, and there is %s; %d would fit",
		batch, gigabytes(need), gigabytes(have), (have-f.fixed)/f.row)
}

func gigabytes(n uint64) string { return fmt.Sprintf("%.3g GB", float64(n)/1e9) }
