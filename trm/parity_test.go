package trm_test

import (
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/rereadml/reread/internal/modeltest"
	"github.com/rereadml/reread/trm"
)

func TestParity(t *testing.T) {
	for _, f := range modeltest.Folders(t) {
		if f.HRM() {
			continue
		}
		t.Run(filepath.Base(f.Dir), func(t *testing.T) {
			var cfg trm.Config
			if err := f.Config(&cfg); err != nil {
				t.Fatal(err)
			}
			// The published ablations are told apart by their weights alone.
			cfg.TwoNetworks = f.HasWeight("H_level.")
			cfg.SingleLatent = f.Weights != nil && !f.HasWeight("H_init")
			m, err := trm.New(cfg, rand.New(rand.NewPCG(1, 2)))
			if err != nil {
				t.Fatal(err)
			}
			modeltest.Check(t, f, m)
		})
	}
}
