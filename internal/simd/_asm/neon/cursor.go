package main

import "fmt"

// A cursor stands for the vectors of one round in the body of a loop over
// columns. They are neighbours in a row, or below each other in several rows.
type cursor struct {
	*kernel
	at    map[general]general // where the round begins, by the array's start
	width int                 // vectors
	below []general           // bytes from the first row to the others
	lane  bool                // only the first number of a vector exists
}

// each emits a loop over the columns of arrays in rounds of unroll vectors, then
// of one vector, then of one number at a time.
func (k *kernel) each(unroll int, over []array, body func(c cursor)) {
	k.sweep(unroll, nil, over, body)
}

func (k *kernel) sweep(unroll int, below []general, over []array, body func(c cursor)) {
	defer k.scope()()
	at := map[general]general{}
	for _, a := range over {
		at[a.general] = k.copyOf(a.general)
	}
	left := k.copyOf(k.cols)
	c := cursor{kernel: k, at: at, width: len(below) + 1, below: below}
	if unroll > 1 {
		wide := c
		wide.width = unroll
		wide.rounds(left, unroll*lanes, over, body)
	}
	c.rounds(left, lanes, over, body)
	c.lane = true
	c.rounds(left, 1, over, body)
}

// rounds emits rounds over columns numbers of each row while so many are left.
func (c cursor) rounds(left general, columns int, over []array, body func(c cursor)) {
	loop, done := c.label("loop"), c.label("done")
	c.line("SUBS $%d, %v", columns, left)
	c.line("BLT %s", done)
	c.mark(loop)
	release := c.scope()
	body(c)
	release()
	for _, a := range over {
		c.line("ADD $%d, %v", columns*a.size, c.at[a.general])
	}
	c.line("SUBS $%d, %v", columns, left)
	c.line("BGE %s", loop)
	c.mark(done)
	if !c.lane {
		c.line("ADD $%d, %v", columns, left)
	}
}

// one returns the cursor for the first of the vectors.
func (c cursor) one() cursor {
	c.width, c.below = 1, nil
	return c
}

// of returns the registers of a sum that a round adds to.
func (c cursor) of(sum vecs) vecs { return sum[:c.width] }

// address returns that of vector i.
func (c cursor) address(a array, i int) string {
	switch {
	case i == 0:
		return fmt.Sprintf("(%v)", c.at[a.general])
	case c.below != nil:
		return fmt.Sprintf("(%v)(%v)", c.at[a.general], c.below[i-1])
	default:
		return fmt.Sprintf("%d(%v)", i*lanes*a.size, c.at[a.general])
	}
}

// indexed says whether vector i needs the instructions ldr and str: FMOVQ has
// no address of two registers.
func (c cursor) indexed(i int) bool { return i > 0 && c.below != nil }

// load returns the vectors of a row, or of a column of several.
func (c cursor) load(a array) vecs {
	v := c.vecs(c.width)
	defer c.scope()()
	for i, r := range v {
		from := c.address(a, i)
		switch {
		case c.lane && a.size == 2:
			t := c.general()
			c.line("MOVHU %s, %v", from, t)
			c.line("LSL $16, %v", t)
			c.line("FMOVS %v, F%d", t, r)
		case c.lane:
			c.line("FMOVS %s, F%d", from, r)
		case a.size == 2:
			c.line("FMOVD %s, F%d", from, r)
			c.do(shll, v[i:i+1], v[i:i+1])
		case c.indexed(i):
			c.line("%s", ldr.line(r, int(c.at[a.general]), int(c.below[i-1])))
		default:
			c.line("FMOVQ %s, F%d", from, r)
		}
	}
	return v
}

// store writes v, which it overwrites if it has to round.
func (c cursor) store(v vecs, a array) {
	defer c.scope()()
	if a.size == 2 {
		c.roundUpper(v)
		c.do(shrn, v, v)
	}
	for i, r := range v {
		to := c.address(a, i)
		switch {
		case c.lane && a.size == 2:
			t := c.general()
			c.line("FMOVS F%d, %v", r, t)
			c.line("MOVH %v, %s", t, to)
		case c.lane:
			c.line("FMOVS F%d, %s", r, to)
		case a.size == 2:
			c.line("FMOVD F%d, %s", r, to)
		case c.indexed(i):
			c.line("%s", str.line(r, int(c.at[a.general]), int(c.below[i-1])))
		default:
			c.line("FMOVQ F%d, %s", r, to)
		}
	}
}

// into computes sum = in(sum, v) in the lanes that exist.
func (c cursor) into(sum, v vecs, in instruction) {
	sum = c.of(sum)
	if !c.lane {
		c.do(in, sum, sum, v)
		return
	}
	defer c.scope()()
	t := c.like(sum)
	c.do(in, t, sum, v)
	c.do(movLane, sum, t)
}
