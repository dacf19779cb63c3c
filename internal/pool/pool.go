// Package pool runs the items of a loop on a fixed set of goroutines.
package pool

import (
	"sync"
	"sync/atomic"
)

// Pool is a set of workers that wait for loops. Handing a loop to waiting
// goroutines allocates nothing, unlike starting them anew. A Pool runs one
// loop at a time.
type Pool struct {
	size  int
	start chan struct{}
	done  sync.WaitGroup
	next  atomic.Int64
	items int
	body  func(worker, item int)
	end   sync.Once
}

// New returns a pool of size workers, at least one, counting the goroutine
// that calls Run. Close ends the others.
func New(size int) *Pool {
	p := &Pool{size: max(size, 1), start: make(chan struct{})}
	for w := 1; w < p.size; w++ {
		go p.wait(w)
	}
	return p
}

// Run calls body for every item in 0..items-1, each handed out in order to the
// next free worker, and returns when all calls have.
func (p *Pool) Run(items int, body func(worker, item int)) {
	p.items, p.body = items, body
	p.next.Store(0)
	helpers := min(p.size, items) - 1
	for range helpers {
		p.done.Add(1)
		p.start <- struct{}{}
	}
	p.loop(0)
	p.done.Wait()
	p.body = nil
}

// Close ends the workers. The pool must be idle, and is of no use afterwards.
// Closing it again does nothing.
func (p *Pool) Close() { p.end.Do(func() { close(p.start) }) }

func (p *Pool) wait(worker int) {
	for range p.start {
		p.loop(worker)
		p.done.Done()
	}
}

func (p *Pool) loop(worker int) {
	for {
		i := int(p.next.Add(1)) - 1
		if i >= p.items {
			return
		}
		p.body(worker, i)
	}
}
