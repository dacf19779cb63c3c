// Package train trains models: deep supervision over a persistent batch with
// adaptive computation time (ACT), the published optimisers and Muon, exponential moving
// averages, exact resume.
//
// # Determinism
//
// A step's result depends on the seed, the data, the configuration and the
// SIMD level, not on the number of workers: the batch is cut into a fixed
// number of shards, each shard sums its rows in order, and shards are added in
// order. All randomness is drawn from generators seeded by (seed, step, row),
// so a run that was killed and resumed from its checkpoint ends with the same
// bits as one that was not.
//
// Metrics have the names of the published code, such as "train/lm_loss".
package train
