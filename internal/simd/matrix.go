package simd

// Matrix is a view of numbers: element (i, j) is Data[i*RS+j*CS]. One of the
// two strides is 1.
type Matrix[T Element] struct {
	Data       []T
	Rows, Cols int
	RS, CS     int
}

// Dense returns the row-major rows x cols matrix over data.
func Dense[T Element](data []T, rows, cols int) Matrix[T] {
	return Matrix[T]{Data: data, Rows: rows, Cols: cols, RS: cols, CS: 1}
}

// T returns the transpose, a view of the same numbers.
func (m Matrix[T]) T() Matrix[T] {
	return Matrix[T]{Data: m.Data, Rows: m.Cols, Cols: m.Rows, RS: m.CS, CS: m.RS}
}

// check panics unless every element of m lies in its slice.
func (m Matrix[T]) check() {
	if m.Rows < 0 || m.Cols < 0 || m.RS < 0 || m.CS < 0 {
		panic("simd: negative matrix dimension")
	}
	if m.Rows == 0 || m.Cols == 0 {
		return
	}
	if (m.Rows-1)*m.RS+(m.Cols-1)*m.CS >= len(m.Data) {
		panic("simd: matrix larger than its data")
	}
}

// checkPadded panics unless a number follows each row of odd length.
func (m Matrix[T]) checkPadded() {
	if m.Rows > 0 && (m.CS != 1 || m.RS < even(m.Cols) || (m.Rows-1)*m.RS+even(m.Cols) > len(m.Data)) {
		panic("simd: no room behind the rows of a matrix")
	}
}

// from returns the view of as many rows and columns n numbers on.
func (m Matrix[T]) from(n int) Matrix[T] {
	m.Data = m.Data[n:]
	return m
}

// sub returns the view of rows [i, i+rows) and columns [j, j+cols).
func (m Matrix[T]) sub(i, rows, j, cols int) Matrix[T] {
	return Matrix[T]{Data: m.Data[i*m.RS+j*m.CS:], Rows: rows, Cols: cols, RS: m.RS, CS: m.CS}
}
