package eval

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Airway hyper-responsiveness before and after a transplantation, from
// Fagerland, Lydersen and Laake, "Recommended tests and confidence intervals
// for paired binomial proportions", Statistics in Medicine 33 (2014),
// 2850-2875; and two media for a culture, from Armitage and Berry,
// "Statistical methods in medical research" (1994), 127.
func TestPairedOfTheLiterature(t *testing.T) {
	for _, c := range []struct {
		both, first, second, neither int64
		p                            float64
		interval                     Interval
	}{
		{1, 1, 7, 12, 0.0703, Interval{-0.507, -0.026}},
		{20, 12, 2, 16, 0.0129, Interval{0.0562, 0.3292}},
	} {
		n := c.both + c.first + c.second + c.neither
		require.InDelta(t, c.p, mcNemar(c.first, c.second), 5e-5)
		requireInterval(t, c.interval, newcombe(c.both, c.first, c.second, n), 5e-4)
	}
}

func TestMcNemarByDirectSummation(t *testing.T) {
	for onlyA := int64(0); onlyA < 25; onlyA++ {
		for onlyB := int64(0); onlyB < 25; onlyB++ {
			require.InEpsilon(t, slowMcNemar(onlyA, onlyB), mcNemar(onlyA, onlyB), 1e-9, "%d %d", onlyA, onlyB)
		}
	}
	require.InEpsilon(t, slowMcNemar(900, 1011), mcNemar(900, 1011), 1e-9)
}

// slowMcNemar adds up, in whole numbers, the splits that are at least as
// uneven as the one observed.
func slowMcNemar(onlyA, onlyB int64) float64 {
	n := onlyA + onlyB
	uneven := new(big.Int)
	for k := int64(0); k <= n; k++ {
		if d := 2*k - n; max(d, -d) >= max(onlyA-onlyB, onlyB-onlyA) {
			uneven.Add(uneven, new(big.Int).Binomial(n, k))
		}
	}
	p, _ := new(big.Rat).SetFrac(uneven, new(big.Int).Lsh(big.NewInt(1), uint(n))).Float64()
	return p
}

// TestNewcombeCoversTheTruth adds up the probability of all samples whose
// interval holds the true difference.
func TestNewcombeCoversTheTruth(t *testing.T) {
	const n = 20
	for _, truth := range [][4]float64{{0.4, 0.1, 0.1, 0.4}, {0.2, 0.2, 0.05, 0.55}, {0.5, 0.02, 0.08, 0.4}} {
		covered := 0.0
		for both := int64(0); both <= n; both++ {
			for first := int64(0); both+first <= n; first++ {
				for second := int64(0); both+first+second <= n; second++ {
					i := newcombe(both, first, second, n)
					if i.Low > i.High || i.High > 1+1e-12 || i.Low < -1-1e-12 {
						t.Fatal(both, first, second, i)
					}
					if d := truth[1] - truth[2]; i.Low <= d && d <= i.High {
						covered += multinomial([4]int64{both, first, second, n - both - first - second}, truth)
					}
				}
			}
		}
		require.Greater(t, covered, 0.93, truth) // discrete: 0.95 on average
	}
}

func multinomial(k [4]int64, p [4]float64) float64 {
	out, left := 1.0, k[0]+k[1]+k[2]+k[3]
	for i := range k {
		choose, _ := new(big.Float).SetInt(new(big.Int).Binomial(left, k[i])).Float64()
		out *= choose
		for range k[i] {
			out *= p[i]
		}
		left -= k[i]
	}
	return out
}

// TestCompareAgainstTrails counts pairs of trails.
func TestCompareAgainstTrails(t *testing.T) {
	for seed := range uint64(20) {
		rng := seeded(seed)
		n := 1 + rng.IntN(50)
		ta, tb := randomTrails(rng, n, 3, true), randomTrails(rng, n, 2, true)
		sb := settingsOf(n, 2, true)
		sb.Model = "another"
		a, b := counted(t, settingsOf(n, 3, true), ta), counted(t, sb, tb)
		for _, answer := range answers {
			var want Comparison
			for i := range ta {
				switch x, y := ta[i].right(answer), tb[i].right(answer); {
				case x && y:
					want.Both++
				case x:
					want.OnlyA++
				case y:
					want.OnlyB++
				}
			}
			c, err := Compare(a, b, answer)
			require.NoError(t, err)
			require.Equal(t, []int64{int64(n), want.Both, want.OnlyA, want.OnlyB}, []int64{c.Puzzles, c.Both, c.OnlyA, c.OnlyB})
			require.InDelta(t, float64(want.OnlyB-want.OnlyA)/float64(n), c.Difference, 1e-15)

			back, err := Compare(b, a, answer)
			require.NoError(t, err)
			require.Equal(t, c.P, back.P)
			requireInterval(t, Interval{-c.Interval.High, -c.Interval.Low}, back.Interval, 1e-12)
			require.LessOrEqual(t, c.Interval.Low, c.Difference)
			require.GreaterOrEqual(t, c.Interval.High, c.Difference)
		}
	}
}

func TestCompareRefuses(t *testing.T) {
	trails := randomTrails(seeded(5), 4, 2, false)
	s := settingsOf(4, 2, false)
	a := counted(t, s, trails)
	part := newResult(t, s)
	require.NoError(t, part.Add(2, &trails[2]))
	other, longer := s, s
	other.Set = "other"
	longer.Rows = 5
	for _, c := range []struct {
		b      *Result
		answer Answer
		want   string
	}{
		{newResult(t, other), Last, `different puzzles: 4 of "s" and 4 of "other"`},
		{newResult(t, longer), Last, `different puzzles: 4 of "s" and 5 of "s"`},
		{part, Last, "different rows: 4 and 1, of which 1 are in both"},
		{a, Accepted, "not both results have rules that accept answers"},
		{a, "first", `no answer "first"`},
	} {
		_, err := Compare(a, c.b, c.answer)
		require.EqualError(t, err, "eval: compare: "+c.want)
	}
	empty := newResult(t, s)
	c, err := Compare(empty, empty, Last)
	require.NoError(t, err)
	require.Equal(t, &Comparison{Answer: Last, Interval: Interval{-1, 1}, P: 1}, c)
}

func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		onlyA, onlyB int64
		want         string
	}{
		{10, 15, "int8 solves 5 more of 500 than float32; p = 0.42: no difference shows"},
		{15, 10, "float32 solves 5 more of 500 than int8; p = 0.42: no difference shows"},
		{7, 7, "float32 and int8 both solve 87 of 500; p = 1: no difference shows"},
		{2, 12, "int8 solves 10 more of 500 than float32; p = 0.013: they differ"},
	} {
		cmp := &Comparison{Puzzles: 500, Both: 80, OnlyA: c.onlyA, OnlyB: c.onlyB, P: mcNemar(c.onlyA, c.onlyB)}
		require.Equal(t, c.want, cmp.Verdict("float32", "int8"))
		require.Equal(t, strings.HasSuffix(c.want, "they differ"), cmp.Differs())
		require.ErrorIs(t, cmp.WriteText(full{}, "a", "b"), errFull)
	}
	data, err := json.Marshal(&Comparison{Answer: Halted})
	require.NoError(t, err)
	require.Contains(t, string(data), `"answer":"halted"`)
}
