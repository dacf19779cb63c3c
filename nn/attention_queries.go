package nn

import "github.com/rereadml/reread/internal/simd"

// queryBlock is some of the queries of each group of a batch: the rows from lo
// on of each group.
type queryBlock struct {
	batch
	lo, rows int
}

// first returns the first block of a batch.
func (b batch) first() queryBlock { return queryBlock{b, -blockRows(b.size), 0}.next() }

// next returns the block behind q, without rows where there is none.
func (q queryBlock) next() queryBlock {
	rows := blockRows(q.size)
	lo := q.lo + rows
	return queryBlock{q.batch, lo, max(0, min(rows, q.size-lo))}
}

// blockRows returns how many queries of a group are worked on together: whole
// tiles of the matrix product, so few that their scores stay in the
// second-level cache.
func blockRows(keys int) int {
	const tile, numbers = 14, 1 << 16
	return max(numbers/keys/tile, 1) * tile
}

// stride is the distance of rows of scores: whole cache lines, with which the
// softmax is fastest.
func (q queryBlock) stride() int { return (q.size + 15) / 16 * 16 }

// scores returns a matrix [rows, size] for each group.
func scores[T simd.Element](buf *[]T, q queryBlock) simd.Each[T] {
	stride := q.stride()
	x := grow(buf, q.n*q.rows*stride)
	return simd.Each[T]{M: simd.Matrix[T]{Data: x, Rows: q.rows, Cols: q.size, RS: stride, CS: 1}, Next: q.rows * stride, Padded: true}
}

// queries returns the block's rows of each group in x.
func queries[T simd.Element](x simd.Matrix[T], q queryBlock) simd.Each[T] {
	return rowsOfEach(x, q.from+q.lo, q.rows, q.size)
}

// keys returns all rows of each group in x.
func keys[T simd.Element](x simd.Matrix[T], q queryBlock) simd.Each[T] {
	return rowsOfEach(x, q.from, q.size, q.size)
}

func rowsOfEach[T simd.Element](x simd.Matrix[T], from, rows, next int) simd.Each[T] {
	return simd.Each[T]{M: simd.Matrix[T]{Data: x.Data[from*x.RS:], Rows: rows, Cols: x.Cols, RS: x.RS, CS: 1}, Next: next * x.RS}
}
