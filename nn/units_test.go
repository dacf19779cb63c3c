package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// The units of a grid are what the rules say, for any shape of box: two
// positions share one of a kind if their values and cells do.
func TestGridUnits(t *testing.T) {
	for _, box := range [][2]int{{3, 3}, {2, 3}, {2, 2}, {1, 4}} {
		height, width := box[0], box[1]
		side := height * width
		cells := side * side
		together := []func(v, w, r, s, c, d int) bool{
			func(v, w, r, s, _, _ int) bool { return v == w && r == s },
			func(v, w, _, _, c, d int) bool { return v == w && c == d },
			func(v, w, r, s, c, d int) bool { return v == w && r/height == s/height && c/width == d/width },
			func(_, _, r, s, c, d int) bool { return r == s && c == d },
			func(v, w, r, s, c, d int) bool { return v == w && r == s && c/width == d/width },
			func(v, w, r, s, c, d int) bool { return v == w && c == d && r/height == s/height },
		}
		units := GridUnits(height, width)
		require.NoError(t, units.validate(side*cells))
		require.Len(t, units, len(together))
		for k, kind := range units {
			of := make([]int, side*cells)
			for i, unit := range kind {
				for _, p := range unit {
					of[p] = i + 1
				}
			}
			require.NotContains(t, of, 0, "every position is in a unit")
			for p := range of {
				for q := range of {
					v, w, a, b := p/cells, q/cells, p%cells, q%cells
					want := together[k](v, w, a/side, b/side, a%side, b%side)
					if (of[p] == of[q]) != want {
						t.Fatalf("%v, kind %d: positions %d and %d", box, k, p, q)
					}
				}
			}
		}
	}
}

func TestUnitsValidate(t *testing.T) {
	for _, c := range []struct {
		units Units
		says  string
	}{
		{Units{{{0, 1}, {2}}, {{2, 0}}}, ""},
		{Units{{}}, "kind 0 has none"},
		{Units{{{0}}, {{1}, {}}}, "unit 1 of kind 1 is empty"},
		{Units{{{0, 3}}}, "unit 0 of kind 0 has position 3, want 0 to 2"},
		{Units{{{-1}}}, "position -1"},
		{Units{{{0, 1}, {1, 2}}}, "position 1 is in two units of kind 0"},
		{Units{{{0, 0}}}, "position 0 is in two units of kind 0"},
		{slices.Repeat(Units{{{0}}}, 65), "units of 65 kinds"},
	} {
		err := c.units.validate(3)
		if c.says == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, c.says)
	}
}

// slowMix is the mixing by the definition, position by position: the mean over
// the other members of each unit, mapped and added up.
func slowMix(m *unitMix, units Units, x []float32) []float64 {
	d := m.d
	v := make([]float64, len(x))
	for p := range m.positions {
		slowMap(v[p*d:(p+1)*d], m.v, x[p*d:(p+1)*d])
	}
	y := make([]float64, len(x))
	for i, xi := range x {
		y[i] = float64(xi)
	}
	for k, kind := range units {
		for _, unit := range kind {
			for _, p := range unit {
				mean := make([]float32, d)
				for c := range mean {
					sum := 0.0
					for _, q := range unit {
						if q != p {
							sum += v[q*d+c]
						}
					}
					mean[c] = float32(sum / float64(max(len(unit)-1, 1)))
				}
				mapped := make([]float64, d)
				slowMap(mapped, m.out[k], mean)
				for c := range mapped {
					y[p*d+c] += mapped[c]
				}
			}
		}
	}
	for p := range m.positions {
		row, square := y[p*d:(p+1)*d], 0.0
		for _, r := range row {
			square += r * r
		}
		for c := range row {
			row[c] /= math.Sqrt(square/float64(d) + float64(m.eps))
		}
	}
	return y
}

func slowMap(y []float64, l *linear, x []float32) {
	w := l.w.Value.Data()
	for o := range y {
		for i, xi := range x {
			y[o] += float64(w[o*l.in+i]) * float64(xi)
		}
	}
}

func TestUnitMixIsItsDefinition(t *testing.T) {
	uneven := Units{
		{{0, 1, 2, 3, 4, 5, 6}, {7, 17}, {8, 9, 10}, {11}, {12, 13}},
		{{1, 17, 3}, {2, 16}, {4, 15, 6, 7}},
	}
	for name, c := range map[string]struct {
		units     Units
		positions int
	}{"grid": {GridUnits(2, 2), 64}, "square": {GridUnits(1, 4), 64}, "uneven": {uneven, 18}} {
		EachLevel(t, func(t *testing.T) {
			var ps Params
			a := &Arch{SeqLen: c.positions, HiddenSize: 20, Units: c.units}
			m, err := newUnitMix(&ps, "units", a)
			require.NoError(t, err)
			require.NoError(t, ps.build())
			rng := rand.New(rand.NewPCG(1, 2))
			ps.draw(rng)
			for _, w := range m.weights() {
				w.pack(FP32, false)
			}
			const n = 2
			x := Normals(rng, n*c.positions*20, 1)
			y := make([]float32, len(x))
			tape := newTape[float32](&level{subs: []sublayer{m}}, 1, n)
			var s scratch[float32]
			tape.layers[0].forward(&s, &tape.subs[0], 0, n, y, x)
			for i := range n {
				size := c.positions * 20
				want := slowMix(m, c.units, x[i*size:(i+1)*size])
				for j, w := range want {
					require.InDelta(t, w, y[i*size+j], 2e-5, name)
				}
			}
		})
	}
}

// A relabelling of a Sudoku permutes the answer: digits, rows within a band,
// bands, columns within a stack and stacks; and the two axes, once the maps of
// rows and columns are exchanged, which are weights of their own.
func TestUnitsAreSymmetric(t *testing.T) {
	d := &Design{Kind: "grid", States: []string{"z_H", "z_L"}, Arch: Arch{
		SeqLen: 81, VocabSize: 11, Values: 9, FirstValue: 2, Units: GridUnits(3, 3),
		HiddenSize: 16, Expansion: 4, IntermediateSize: 24, LLayers: 1, HCycles: 1, LCycles: 1,
		PosEncodings: PosNone, LossType: LossSoftmax, HaltMaxSteps: 2,
	}}
	l := d.AddLevel("L_level", 1, false)
	d.Recursion = func(r *Run) State {
		r.Call(l, r.State("z_L"), r.Sum(r.State("z_H"), r.Input()))
		r.Call(l, r.State("z_H"), r.State("z_L"))
		return r.State("z_H")
	}
	rng := rand.New(rand.NewPCG(1, 2))
	m, err := New(d, rng)
	require.NoError(t, err)
	copy(m.readout.q.Value.Data(), Normals(rng, 32, 1))
	w := m.NewWorker(1, 1)
	think := func(tokens []int32) *Group {
		g := m.NewGroup(1, false)
		copy(g.Inputs, tokens)
		for range 2 {
			require.NoError(t, w.Step(g))
		}
		return g
	}
	puzzle := make([]int32, 81)
	for c := range puzzle {
		puzzle[c] = 1 + int32(rng.IntN(10))
	}
	plain := think(puzzle)
	lines := func(of ...int) []int { return of }
	same := lines(0, 1, 2, 3, 4, 5, 6, 7, 8)
	for name, c := range map[string]struct {
		digits, rows, cols []int
		transpose          bool
	}{
		"digits":         {digits: lines(3, 1, 0, 8, 4, 7, 2, 6, 5), rows: same, cols: same},
		"rows in a band": {same, lines(2, 0, 1, 3, 4, 5, 6, 8, 7), same, false},
		"bands":          {same, lines(6, 7, 8, 0, 1, 2, 3, 4, 5), same, false},
		"columns":        {same, same, lines(1, 0, 2, 5, 4, 3, 6, 7, 8), false},
		"stacks":         {same, same, lines(3, 4, 5, 0, 1, 2, 6, 7, 8), false},
		"axes":           {same, same, same, true},
	} {
		t.Run(name, func(t *testing.T) {
			goes := func(cell int) int {
				row, col := c.rows[cell/9], c.cols[cell%9]
				if c.transpose {
					row, col = col, row
				}
				return 9*row + col
			}
			moved := make([]int32, 81)
			for cell, token := range puzzle {
				if token >= 2 {
					token = int32(2 + c.digits[token-2])
				}
				moved[goes(cell)] = token
			}
			if c.transpose {
				exchangeAxes(m)
				defer exchangeAxes(m)
			}
			got := think(moved).Answer()
			require.InDeltaSlice(t, plain.Answer().Q, got.Q, 1e-4)
			for cell := range 81 {
				for v := range 9 {
					want := plain.Answer().Logits[cell*11+2+v]
					require.InDelta(t, want, got.Logits[goes(cell)*11+2+c.digits[v]], 1e-4)
				}
			}
		})
	}
}

// exchangeAxes swaps the maps of rows and columns and of their segments.
func exchangeAxes(m *Model) {
	for _, l := range m.levels {
		maps := l.subs[0].(*unitMix).out
		for _, pair := range [][2]int{{0, 1}, {4, 5}} {
			a, b := maps[pair[0]].w.Value.Data(), maps[pair[1]].w.Value.Data()
			for i := range a {
				a[i], b[i] = b[i], a[i]
			}
		}
	}
	if err := m.Pack(m.Precision(), false); err != nil {
		panic(err)
	}
}
