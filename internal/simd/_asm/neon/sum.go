package main

// sumVectors is the number of vectors of sums in registers.
const sumVectors = 8

// rowSums is what the loops of sumRows have in common.
type rowSums struct {
	*kernel
	dst, src, index     array
	stride, count, rows general
	scale               vecs
	accumulate          general
}

// sumRows, for each row of dst and count numbers of index:
//
//	dst[i] = scale * (src[index[0]][i] + src[index[1]][i] + ...)
//
// added to dst[i] with accumulate. The columns are cut into rounds of
// sumVectors vectors, and each round goes through all rows.
func (f file) sumRows() {
	k := f.begin("sumRows", "(dst, src [], index []int32, count, d int, scale float32, accumulate bool)")
	p := k.numbers("dst", "src")
	k.cols = k.integer("d")
	t := rowSums{
		kernel: k, dst: p[0], src: p[1], index: k.floats("index")[0],
		stride: k.bytes(k.cols), count: k.integer("count"), rows: k.length("index"),
		scale: k.scalar("scale"), accumulate: k.general(),
	}
	k.line("UDIV %v, %v", t.count, t.rows)
	k.line("MOVBU %s, %v", address(k.param("accumulate")), t.accumulate)
	k.each(sumVectors, p, t.round)
	k.end()
}

// round emits the loop over the rows of a round.
func (t rowSums) round(c cursor) {
	index := array{t.copyOf(t.index.general), t.index.size}
	dst := c.from(t.dst)
	t.kernel.rows(t.copyOf(t.rows), t.stride, []array{{dst.at[t.dst.general], t.dst.size}}, func() {
		sum := t.sum(c, index)
		t.do(fmul, sum, sum, t.scale)
		replace := t.label("replace")
		t.line("CBZ %v, %s", t.accumulate, replace)
		dst.addTo(sum, t.dst)
		t.mark(replace)
		dst.store(sum, t.dst)
	})
}

// sum returns the sum of the rows that count numbers at index name, and steps
// over them. It begins with the first row, not with zero.
func (t rowSums) sum(c cursor, index array) vecs {
	src := c.from(t.src)
	n := t.copyOf(t.count)
	t.row(c, src, index)
	sum := src.load(t.src)
	loop, done := t.label("next"), t.label("summed")
	t.line("SUBS $1, %v", n)
	t.line("BEQ %s", done)
	t.mark(loop)
	t.row(c, src, index)
	src.addTo(sum, t.src)
	t.line("SUBS $1, %v", n)
	t.line("BNE %s", loop)
	t.mark(done)
	return sum
}

// row points src to the row whose number is at index, and steps over that.
func (t rowSums) row(c, src cursor, index array) {
	defer t.scope()()
	r := t.general()
	t.line("MOVWU.P %d(%v), %v", index.size, index, r)
	t.line("MADD %v, %v, %v, %v", r, c.at[t.src.general], t.stride, src.at[t.src.general])
}

// from returns a cursor with a pointer of its own to the round's columns of a.
func (c cursor) from(a array) cursor {
	at := c.at[a.general]
	c.at = map[general]general{a.general: c.copyOf(at)}
	return c
}

// addTo adds the vectors of a to v.
func (c cursor) addTo(v vecs, a array) {
	defer c.scope()()
	c.do(fadd, v, v, c.load(a))
}
