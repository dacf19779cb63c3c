package nn

import "github.com/rereadml/reread/internal/simd"

// noValue is the logit of a token that is no value: as good as impossible.
const noValue = -1e4

// readOutValues is readOut for a state with a vector for each value and cell:
// the logit of a value is w·z there, and the halting values are read off the
// mean of all vectors.
func (s *scratch[T]) readOutValues(h *readout, logits, q []float32, z []T, n int) {
	positions := h.values * h.cells
	for i := range n {
		wide := grow(&s.wide, positions*h.d+h.d)
		zi, mean := wide[:positions*h.d], wide[positions*h.d:]
		simd.Convert(zi, z[i*positions*h.d:(i+1)*positions*h.d])
		w := s.rounded(h.lm.w.Value.Data())
		out := logits[i*h.cells*h.vocab:][:h.cells*h.vocab]
		for c := range h.cells {
			for t := range h.first {
				out[c*h.vocab+t] = noValue
			}
			for v := range h.values {
				out[c*h.vocab+h.first+v] = roundTo[T](simd.Dot(w, zi[(v*h.cells+c)*h.d:][:h.d]))
			}
		}
		meanRow(mean, zi)
		s.haltingValues(h, q[2*i:2*i+2], mean)
	}
}

// meanRow stores the mean of the rows of x in mean.
func meanRow(mean, x []float32) {
	clear(mean)
	for i := 0; i < len(x); i += len(mean) {
		simd.Add(mean, mean, x[i:i+len(mean)])
	}
	simd.Scale(mean, float32(len(mean))/float32(len(x)))
}

// readOutValuesBackward is readOutBackward of readOutValues.
func (s *scratch[T]) readOutValuesBackward(h *readout, grad []float32, dz, z []T, dLogits, dq []float32, n int) {
	positions := h.values * h.cells
	size := positions * h.d
	dw := h.lm.w.In(grad)
	for i := range n {
		wide := grow(&s.wide, 2*size+2*h.d)
		zi, dzi, mean, dMean := wide[:size], wide[size:2*size], wide[2*size:2*size+h.d], wide[2*size+h.d:]
		simd.Convert(zi, z[i*size:(i+1)*size])
		meanRow(mean, zi)
		clear(dMean)
		s.haltingBackward(h, grad, dq[2*i:2*i+2], mean, dMean)
		simd.Scale(dMean, 1/float32(positions))
		w, dl := s.rounded(h.lm.w.Value.Data()), dLogits[i*h.cells*h.vocab:]
		for v := range h.values {
			for c := range h.cells {
				d, at := roundTo[T](dl[c*h.vocab+h.first+v]), (v*h.cells+c)*h.d
				zc, dzc := zi[at:at+h.d], dzi[at:at+h.d]
				for k := range zc {
					dw[k] += d * zc[k]
					dzc[k] = d*w[k] + dMean[k]
				}
			}
		}
		simd.Convert(dz[i*size:(i+1)*size], dzi)
	}
}
