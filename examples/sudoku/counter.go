package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// counter shows how much of a long job is done: on a terminal on a line that
// is drawn anew and taken away in the end, elsewhere on a line every ten
// seconds. It is safe for concurrent use.
type counter struct {
	mu       sync.Mutex
	w        io.Writer
	terminal bool
	job      string
	n, total int
	every    time.Duration
	next     time.Time
}

// newCounter returns a counter for a job such as "generated".
func newCounter(w io.Writer, job string, total int) *counter {
	c := &counter{w: w, terminal: isTerminal(w), job: job, total: total, every: 10 * time.Second}
	if c.terminal {
		c.every = 200 * time.Millisecond
	}
	c.next = time.Now().Add(c.every)
	return c
}

func (c *counter) add() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	now := time.Now()
	if now.Before(c.next) {
		return
	}
	c.next = now.Add(c.every)
	if c.terminal {
		fmt.Fprintf(c.w, "\r%s %d of %d puzzles\x1b[K", c.job, c.n, c.total)
	} else {
		fmt.Fprintf(c.w, "%s %d of %d puzzles\n", c.job, c.n, c.total)
	}
}

func (c *counter) done() {
	if c.terminal {
		fmt.Fprint(c.w, "\r\x1b[K")
	}
}
