package data

import (
	"math"
	"sort"
)

// spearman returns the rank correlation of two samples, with mean ranks for ties.
func spearman(a, b []float64) float64 {
	ra, rb := ranks(a), ranks(b)
	var sa, sb, saa, sbb, sab float64
	for i := range ra {
		sa += ra[i]
		sb += rb[i]
		saa += ra[i] * ra[i]
		sbb += rb[i] * rb[i]
		sab += ra[i] * rb[i]
	}
	n := float64(len(ra))
	return (sab - sa*sb/n) / math.Sqrt((saa-sa*sa/n)*(sbb-sb*sb/n))
}

func ranks(v []float64) []float64 {
	order := make([]int, len(v))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(i, j int) bool { return v[order[i]] < v[order[j]] })
	out := make([]float64, len(v))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && v[order[j]] == v[order[i]] {
			j++
		}
		for k := i; k < j; k++ {
			out[order[k]] = float64(i+j-1) / 2
		}
		i = j
	}
	return out
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}
