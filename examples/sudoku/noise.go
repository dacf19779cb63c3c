package main

import "flag"

// noiseFlags say how a model is disturbed in its thinking.
type noiseFlags struct {
	size       float64
	hypotheses float64
	seed       uint64
}

func (f *noiseFlags) add(fs *flag.FlagSet) {
	fs.Float64Var(&f.size, "noise", 0, "`size` of what is added to every number of the latent states, or taken from it, before each step; -1 for none (default the model's own)")
	fs.Float64Var(&f.hypotheses, "hypotheses", 0, "`weight`, beside that of a given, of digits that the model tries of its own answers after each step; -1 for none (default the model's own)")
	fs.Uint64Var(&f.seed, "seed", 0, "seed of noise, hypotheses, random starts and guesses")
}
