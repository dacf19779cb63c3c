package hrm_test

import (
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/internal/modeltest"
)

func TestParity(t *testing.T) {
	for _, f := range modeltest.Folders(t) {
		if !f.HRM() {
			continue
		}
		t.Run(filepath.Base(f.Dir), func(t *testing.T) {
			var cfg hrm.Config
			if err := f.Config(&cfg); err != nil {
				t.Fatal(err)
			}
			m, err := hrm.New(cfg, rand.New(rand.NewPCG(1, 2)))
			if err != nil {
				t.Fatal(err)
			}
			modeltest.Check(t, f, m)
		})
	}
}
