package simd

import "fmt"

type RowIndex struct {
	index []int32
	count int
	n     int
}

func NewRowIndex(index []int32, count, n int) (RowIndex, error) {
	if count < 0 || count > 0 && len(index)%count != 0 {
		return RowIndex{}, fmt.Errorf("simd: %d indices are no rows of %d", len(index), count)
	}
	for _, i := range index {
		if i < 0 || int(i) >= n {
			return RowIndex{}, fmt.Errorf("simd: row %d of %d", i, n)
		}
	}
	return RowIndex{index, count, n}, nil
}

func SumRows[T Element](dst, src []T, x *RowIndex, d int, scale float32, accumulate bool) {
	var sum [512]float32
	rows := len(dst) / d
	for r := range rows {
		s := sum[:d]
		clear(s)
		for _, i := range x.index[r*x.count : (r+1)*x.count] {
			row := src[int(i)*d : int(i)*d+d]
			switch row := any(row).(type) {
			case []float32:
				for j, v := range row {
					s[j] += v
				}
			case []BF16:
				for j, v := range row {
					s[j] += v.Float32()
				}
			}
		}
		switch out := any(dst[r*d : (r+1)*d]).(type) {
		case []float32:
			for j, v := range s {
				if accumulate {
					out[j] += scale * v
				} else {
					out[j] = scale * v
				}
			}
		case []BF16:
			for j, v := range s {
				v *= scale
				if accumulate {
					v += out[j].Float32()
				}
				out[j] = ToBF16(v)
			}
		}
	}
}

// Row returns the indices of row i, which must not be changed.
func (x *RowIndex) Row(i int) []int32 { return x.index[i*x.count : (i+1)*x.count] }
