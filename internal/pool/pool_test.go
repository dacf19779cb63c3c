package pool

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestEveryItemExactlyOnce(t *testing.T) {
	for _, size := range []int{-3, 0, 1, 2, 3, 8} {
		p := New(size)
		require.Equal(t, max(size, 1), p.size)
		for _, items := range []int{0, 1, 2, 3, 7, 8, 9, 64, 1000, 5} {
			seen := make([]atomic.Int32, items)
			p.Run(items, func(worker, item int) {
				if worker < 0 || worker >= p.size {
					t.Errorf("worker %d of %d", worker, p.size)
				}
				seen[item].Add(1)
			})
			for i := range seen {
				require.EqualValues(t, 1, seen[i].Load(), "%d workers, item %d of %d", size, i, items)
			}
		}
		p.Close()
	}
}

// What the workers write is the caller's to read after Run, and the caller's
// writes are theirs: plain memory, so that the race detector sees a missing
// synchronisation.
func TestRunSynchronises(t *testing.T) {
	p := New(4)
	defer p.Close()
	values := make([]int, 100)
	for round := range 50 {
		p.Run(len(values), func(_, i int) { values[i]++ })
		for i := range values {
			require.Equal(t, 2*round+1, values[i])
			values[i]++
		}
	}
}

// Items that wait for each other end only if as many workers run at once.
func TestWorkersRunTogether(t *testing.T) {
	const size = 4
	p := New(size)
	defer p.Close()
	var used [size]atomic.Int32
	var arrived atomic.Int32
	p.Run(size, func(worker, _ int) {
		used[worker].Add(1)
		arrived.Add(1)
		for arrived.Load() < size {
			runtime.Gosched()
		}
	})
	for w := range used {
		require.EqualValues(t, 1, used[w].Load(), "worker %d", w)
	}
}

// Items are handed out in order: an item may wait for an earlier one.
func TestItemsMayWaitForEarlierOnes(t *testing.T) {
	p := New(3)
	defer p.Close()
	var turn atomic.Int64
	order := make([]int, 0, 200)
	p.Run(cap(order), func(_, item int) {
		for turn.Load() != int64(item) {
			runtime.Gosched()
		}
		order = append(order, item)
		turn.Add(1)
	})
	for i, item := range order {
		require.Equal(t, i, item)
	}
}

func TestSingleWorkerKeepsOrder(t *testing.T) {
	p := New(1)
	defer p.Close()
	var order []int
	p.Run(5, func(_, item int) { order = append(order, item) })
	require.Equal(t, []int{0, 1, 2, 3, 4}, order)
}

func TestRunAllocatesNothing(t *testing.T) {
	p := New(3)
	defer p.Close()
	var sum atomic.Int64
	body := func(_, item int) { sum.Add(int64(item)) }
	require.Zero(t, testing.AllocsPerRun(100, func() { p.Run(10, body) }))
	require.EqualValues(t, 101*45, sum.Load(), "AllocsPerRun warms up once")
}

func TestCloseEndsWorkers(t *testing.T) {
	p := New(1)
	ended := make(chan struct{})
	go func() {
		p.wait(1)
		close(ended)
	}()
	p.Close()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("a worker still waits")
	}
}
