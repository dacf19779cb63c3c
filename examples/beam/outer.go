package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
)

// outer is the outer optimiser: stochastic gradient descent with Nesterov momentum, the
// gradient being how far the shards went on average, the other way.
type outer struct {
	Rate     float64 `json:"rate"`
	Momentum float64 `json:"momentum"`
}

// step moves weights and their momentum, given the sum of the weights that so many
// shards came to. Sums of float32 numbers in float64 are the same in any order of
// additions but for the last bits, so the shards are added in theirs.
func (o *outer) step(weights, momentum []float32, sum []float64, shards int) {
	for i, w := range weights {
		gradient := float64(w) - sum[i]/float64(shards)
		m := float64(o.Momentum*float64(momentum[i])) + gradient
		momentum[i] = float32(m)
		weights[i] = float32(float64(w) - float64(o.Rate*(gradient+float64(o.Momentum*m))))
	}
}

// The tensors and metadata of the file of a round beside the model.
const (
	prefixMomentum = nn.TrainPrefix + "outer_momentum."
	metaRound      = "reread.round"
)

// outerStep makes the weights of a round from those of the round before and those of
// its shards, tensor by tensor.
func (r *rounds) outerStep(round int, t tally) (err error) {
	before, err := reread.Open(r.files.weights(round - 1))
	if err != nil {
		return err
	}
	defer before.Close()
	m, err := reread.Read(before, nil)
	if err != nil {
		return err
	}
	var shards []*reread.File
	defer func() {
		for _, f := range shards {
			err = errors.Join(err, f.Close())
		}
	}()
	for shard := range r.job.Shards {
		f, err := reread.Open(r.files.checkpoint(round, shard))
		if err != nil {
			return err
		}
		shards = append(shards, f)
	}
	stored := m.StateTensors() // under the names that files have
	momentum := map[string][]float32{}
	for i, tensor := range m.State() {
		weights := tensor.Value.Data()
		v := make([]float32, len(weights))
		if round > 1 {
			if err := before.ReadFloat32(prefixMomentum+tensor.Name, v); err != nil {
				return err
			}
		}
		sum, err := sumOf(shards, stored[i].Name(), len(weights))
		if err != nil {
			return err
		}
		r.job.Outer.step(weights, v, sum, len(shards))
		momentum[tensor.Name] = v
	}
	return saveRound(r.files.weights(round), m, momentum, t)
}

// sumOf adds up a tensor of all files.
func sumOf(files []*reread.File, name string, n int) ([]float64, error) {
	sum, one := make([]float64, n), make([]float32, n)
	for shard, f := range files {
		if err := f.ReadFloat32(name, one); err != nil {
			return nil, fmt.Errorf("shard %d: %w", shard, err)
		}
		for i, v := range one {
			sum[i] += float64(v)
		}
	}
	return sum, nil
}

// saveRound writes a model, with what the next round needs of this one, in one step.
func saveRound(path string, m *nn.Model, momentum map[string][]float32, t tally) error {
	meta, err := m.Metadata()
	if err != nil {
		return err
	}
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	meta[metaRound] = string(text)
	tensors := m.StateTensors()
	for name, v := range momentum {
		tensors = append(tensors, safetensors.Float32(prefixMomentum+name, []int{len(v)}, v))
	}
	return safetensors.WriteFile(path, meta, tensors)
}
