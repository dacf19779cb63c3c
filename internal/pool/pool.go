// Package pool runs the items of a loop on a fixed set of goroutines.
package pool

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Pool is a set of workers that wait for loops. Handing a loop to waiting
// goroutines allocates nothing, unlike starting them anew. A Pool runs one
// loop at a time.
type Pool struct {
	size  int
	start chan struct{} // holds as many as there are helpers
	done  sync.WaitGroup
	busy  atomic.Int64 // helpers that are not done
	next  atomic.Int64
	items int
	body  func(worker, item int)
	end   sync.Once
}

// New returns a pool of size workers, at least one, counting the goroutine
// that calls Run. Close ends the others.
func New(size int) *Pool {
	p := &Pool{size: max(size, 1), start: make(chan struct{}, max(size-1, 0))}
	for w := 1; w < p.size; w++ {
		go p.wait(w)
	}
	return p
}

// Size returns the number of workers.
func (p *Pool) Size() int { return p.size }

// Run calls body for every item in 0..items-1, each handed out in order to the
// next free worker, and returns when all calls have.
func (p *Pool) Run(items int, body func(worker, item int)) {
	p.items, p.body = items, body
	p.next.Store(0)
	helpers := max(min(p.size, items)-1, 0)
	p.busy.Store(int64(helpers))
	p.done.Add(helpers)
	for range helpers {
		p.start <- struct{}{}
	}
	p.loop(0)
	spin(func() bool { return p.busy.Load() == 0 })
	p.done.Wait()
	p.body = nil
}

// Close ends the workers. The pool must be idle, and is of no use afterwards.
// Closing it again does nothing.
func (p *Pool) Close() { p.end.Do(func() { close(p.start) }) }

func (p *Pool) wait(worker int) {
	for {
		spin(func() bool { return len(p.start) > 0 })
		if _, open := <-p.start; !open {
			return
		}
		p.loop(worker)
		p.busy.Add(-1)
		p.done.Done()
	}
}

// spin waits for ready, but some fifty microseconds only: about what waking a thread
// takes on a virtual machine, so waiting costs at most twice the better of both. Loops
// often follow one another more closely than that.
func spin(ready func() bool) {
	for range 256 {
		for range 64 {
			if ready() {
				return
			}
		}
		runtime.Gosched()
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
