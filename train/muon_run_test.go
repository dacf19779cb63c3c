package train

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// TestMuonMatrices: every matrix of a network and nothing else, each number in
// one piece, the most expensive first.
func TestMuonMatrices(t *testing.T) {
	narrow := tinyArch()
	narrow.SeqLen, narrow.PuzzleEmbNDim, narrow.NumPuzzleIdentifiers = 1, 0, 0
	design, err := trm.New(trm.Config{Arch: narrow, MLPT: true}, rand.New(rand.NewPCG(1, 2)))
	require.NoError(t, err)
	models := map[string]*nn.Model{"one position": design, "own design": newEachCycle(t, 2)}
	for _, kind := range allKinds() {
		models[kind] = newModel(t, kind, tinyArch())
	}
	for name, m := range models {
		t.Run(name, func(t *testing.T) {
			want, vectors := 0, 0
			for _, p := range m.Params().All() {
				if isMatrix(p) {
					want++
				} else if strings.Contains(p.Name, ".layers.") {
					vectors++
				}
			}
			require.Positive(t, want)
			require.Equal(t, name == "one position", vectors > 0)
			o := newOptimizer(m.Params(), &Config{Optimizer: Muon}, m.Params().NewVector(), 1)
			got, seen, last := 0, 0, math.Inf(1)
			for i := range o.pieces {
				q := &o.pieces[i]
				cost := muonCost(q.rows, q.cols)
				require.LessOrEqual(t, cost, last)
				last = cost
				if q.rows > 0 {
					require.Len(t, q.p, q.rows*q.cols)
					got++
				}
				for j := range q.g {
					require.Zero(t, q.g[j])
					q.g[j] = 1
				}
				seen += len(q.g)
			}
			require.Equal(t, want, got)
			require.Equal(t, m.Params().Count(), seen)
		})
	}
}

// isMatrix says by a parameter's name what Muon is for.
func isMatrix(p *nn.Param) bool {
	s := p.Value.Shape()
	return strings.Contains(p.Name, ".layers.") && len(s) == 2 && s[0] > 1 && s[1] > 1
}

// TestMuonRefusesInfiniteGradients: as the others do, before any weight moves.
func TestMuonRefusesInfiniteGradients(t *testing.T) {
	m := newModel(t, kindMLP, tinyArch())
	tr := newTrainer(t, m, muonConfig(4, 7), 1)
	for _, p := range m.Params().All() {
		if isMatrix(p) {
			p.In(tr.grad)[1] = float32(math.NaN())
			require.ErrorContains(t, tr.checkFinite(&Metrics{}), "gradient of "+p.Name)
			return
		}
	}
}

// TestMuonWorkersDoNotMatter has fewer and more workers than matrices.
func TestMuonWorkersDoNotMatter(t *testing.T) {
	for _, kind := range []string{kindMLP, kindHRM} {
		for _, precision := range precisions {
			t.Run(kind+"/"+string(precision), func(t *testing.T) {
				want := ""
				for _, workers := range []int{1, 2, 5} {
					cfg := muonConfig(33, 100)
					cfg.Precision = precision
					tr := newTrainer(t, newModel(t, kind, tinyArch()), cfg, workers)
					steps(t, tr, 6)
					got := fileHash(t, saved(t, tr))
					if want == "" {
						want = got
					}
					require.Equal(t, want, got, "%d workers", workers)
				}
			})
		}
	}
}

func TestMuonAllocatesNothing(t *testing.T) {
	for i, kind := range []string{kindMLP, kindHRM} {
		cfg := muonConfig(6, 1000)
		cfg.Precision = precisions[i]
		tr := newTrainer(t, newModel(t, kind, tinyArch()), cfg, 2)
		steps(t, tr, 1)
		for w := range tr.workers { // the scheduler may have spared one
			require.NoError(t, tr.workers[w].shard(0, cfg.BatchSize, new(Metrics)))
			for p := range tr.opt.pieces {
				tr.opt.update(w, p)
			}
		}
		require.Zero(t, testing.AllocsPerRun(20, func() {
			if _, err := tr.Step(); err != nil {
				panic(err)
			}
		}), kind)
	}
}

// TestMuonResumes: from any step, to the bit, and only with the same optimiser.
func TestMuonResumes(t *testing.T) {
	for _, kind := range allKinds() {
		cfg := muonConfig(5, 100)
		tr := newTrainer(t, newModel(t, kind, tinyArch()), cfg, 2)
		for range 3 {
			path := saved(t, tr)
			again := newTrainer(t, newModel(t, kind, tinyArch()), cfg, 1)
			steps(t, again, 5) // none of which may be left
			require.NoError(t, again.LoadCheckpoint(path))
			require.Equal(t, fileHash(t, path), fileHash(t, saved(t, again)))
			steps(t, tr, 2)
			steps(t, again, 2)
			require.Equal(t, fileHash(t, saved(t, tr)), fileHash(t, saved(t, again)))
		}
		path := saved(t, tr)
		for _, other := range []func(*Config){
			func(c *Config) { *c = tinyConfig(5, 100) },
			func(c *Config) { *c = tinyConfig(5, 100); c.Optimizer = AdamW },
			func(c *Config) { c.MuonLR /= 2 },
			func(c *Config) { c.MuonMomentum /= 2 },
			func(c *Config) { c.MuonDecay /= 2 },
		} {
			different := cfg
			other(&different)
			require.ErrorIs(t, newTrainer(t, newModel(t, kind, tinyArch()), different, 1).LoadCheckpoint(path), ErrDifferentRun)
		}
	}
}
