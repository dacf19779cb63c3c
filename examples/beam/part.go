package main

import (
	"math/rand/v2"

	"github.com/rereadml/reread/data"
)

// part is every row of a set whose number leaves the remainder shard, divided by
// shards.
type part struct {
	data.Rows
	shard, shards int
}

func (p part) Len() int { return (p.Rows.Len() - p.shard + p.shards - 1) / p.shards }

func (p part) Row(i int, rng *rand.Rand, inputs, labels []int32) (int32, error) {
	if err := data.CheckRow(i, p.Len(), p.SeqLen(), inputs, labels); err != nil {
		return 0, err
	}
	return p.Rows.Row(i*p.shards+p.shard, rng, inputs, labels)
}
