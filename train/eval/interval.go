package eval

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// alpha is the probability with which a 95 % interval may miss.
const alpha = 0.05

// Interval is a 95 % confidence interval.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// anyShare is the interval of a share of nothing.
var anyShare = Interval{0, 1}

// Wilson returns the score interval of the share right/n. Unlike the usual
// plus and minus it holds near 0 and 1; over many shares it covers the truth
// in 95 % of cases on average.
//
// Source: Wilson, "Probable inference, the law of succession, and statistical
// inference", JASA 22 (1927), 209-212; without continuity correction.
func Wilson(right, n int64) Interval {
	if n == 0 {
		return anyShare
	}
	z := mathext.NormalQuantile(1 - alpha/2)
	p, k := float64(right)/float64(n), z*z/float64(n)
	centre := (p + k/2) / (1 + k)
	half := math.Sqrt(k*(p*(1-p)+k/4)) / (1 + k)
	out := Interval{centre - half, centre + half}
	// Exact at the ends, where centre and half cancel but for rounding.
	if right == 0 {
		out.Low = 0
	}
	if right == n {
		out.High = 1
	}
	return out
}

// ClopperPearson returns the exact interval of the share right/n, by quantiles
// of the beta distribution. It covers the truth in at least 95 % of cases for
// every share, and is wider than Wilson's for that.
//
// Source: Clopper and Pearson, "The use of confidence or fiducial limits
// illustrated in the case of the binomial", Biometrika 26 (1934), 404-413.
func ClopperPearson(right, n int64) Interval {
	out := anyShare
	k, wrong := float64(right), float64(n-right)
	if right > 0 {
		out.Low = mathext.InvRegIncBeta(k, wrong+1, alpha/2)
	}
	if right < n {
		out.High = mathext.InvRegIncBeta(k+1, wrong, 1-alpha/2)
	}
	return out
}
