//go:build !purego

package simd

// repeated is an offset in each byte of a word.
const repeated = 0x01010101

func quantizeWholeRowsAVX512(dst []int8, m Matrix[float32], scales []float32, start []int32, offset uint8) {
	quantizeRowsAVX512(m.Rows, m.Cols, &m.Data[0], m.RS, &dst[0], lines(m.Cols), &scales[0], &start[0], repeated*uint32(offset))
}

//go:noescape
func quantizeRowsAVX512(rows, k int, src *float32, stride int, dst *int8, next int, scales *float32, start *int32, offset uint32)

func quantizeColumnsAVX512(dst []uint8, m Matrix[float32], scales []float32, offset uint8) {
	quantizePanelAVX512(m.Rows, m.Cols, &m.Data[0], m.RS, &dst[0], &scales[0], repeated*uint32(offset))
}

//go:noescape
func quantizePanelAVX512(k, cols int, src *float32, stride int, dst *uint8, scales *float32, offset uint32)
