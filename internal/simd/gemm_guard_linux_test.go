package simd

import "testing"

// Operands and destinations against unreadable pages: no kernel reads or
// writes beyond them.
func TestGemmStaysInPages(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		r, w := newRand(), level.kernels().tile
		for _, atEnd := range []bool{false, true} {
			for i := range 200 {
				p := product{m: 1 + r.IntN(2*w.mr), n: 1 + r.IntN(2*w.nr+1), k: 1 + r.IntN(40), a: layouts[i%4], b: layouts[i/4%4]}
				if i%5 == 0 {
					p.n = w.nr * (1 + i%2)
				}
				p.slack, p.accumulate = i%3, i%2 == 0
				p.packLeft, p.packRight = i%7 == 0, i%11 == 0
				p.check(t, betweenPages(atEnd), r)
				if i%3 == 0 {
					p.k += 32
					p.check(t, betweenPages(atEnd), r)
				}
				p.checkInt8(t, betweenPages(atEnd), r)
			}
		}
	})
}

func TestGemmSiLUMulStaysInPages(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		r, k := newRand(), level.kernels()
		for _, atEnd := range []bool{false, true} {
			for i := range 40 {
				c := gatedCase{m: 1 + r.IntN(40), n: 1 + r.IntN(80), k: 1 + r.IntN(80), side: Side(i % 2), slack: i % 3}
				c.check(t, betweenPages(atEnd), r)
				checkPanelSiLUMul(t, k.tile.nr, k.tile.siluMul, k.floats.siluMul, i%9, betweenPages(atEnd), r)
				if k.pairs != nil {
					checkPanelSiLUMul(t, k.pairs.nr, k.pairs.siluMul, k.bf16.siluMul, i%9, betweenPages(atEnd), r)
				}
			}
		}
	})
}
