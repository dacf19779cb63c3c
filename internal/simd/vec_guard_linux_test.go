package simd

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// betweenPages places each slice against an unreadable page: at its start
// behind one, or at its end before one.
func betweenPages(atEnd bool) placement {
	return func(tb testing.TB, sizes []int) ([][]float32, func()) {
		tb.Helper()
		page := unix.Getpagesize()
		s := make([][]float32, len(sizes))
		var maps [][]byte
		for i, n := range sizes {
			inner := (4*n + page - 1) / page * page
			m, err := unix.Mmap(-1, 0, inner+2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
			if err != nil {
				tb.Fatal(err)
			}
			maps = append(maps, m)
			for _, side := range [][]byte{m[:page], m[page+inner:]} {
				if err := unix.Mprotect(side, unix.PROT_NONE); err != nil {
					tb.Fatal(err)
				}
			}
			if n == 0 {
				continue
			}
			from := page
			if atEnd {
				from += inner - 4*n
			}
			s[i] = unsafe.Slice((*float32)(unsafe.Pointer(&m[from])), n)
		}
		return s, func() {
			for _, m := range maps {
				if err := unix.Munmap(m); err != nil {
					tb.Fatal(err)
				}
			}
		}
	}
}

func TestVectorKernelsStayInPages(t *testing.T) {
	rng := rand.New(rand.NewPCG(14, 15))
	eachKernel(t, func(t *testing.T, k *vectorKernel) {
		for _, atEnd := range []bool{false, true} {
			for _, n := range testLengths() {
				s, unmap := betweenPages(atEnd)(t, k.sizes(k.rows, n))
				k.fill(s, rng)
				k.compare(t, k.rows, n, s)
				unmap()
			}
		}
	})
}

func TestBF16KernelsStayInPages(t *testing.T) {
	rng := rand.New(rand.NewPCG(16, 17))
	forEachLevel(t, func(t *testing.T, _ Level) {
		for _, half := range halfKernels {
			k := kernelNamed(t, half.name)
			for _, atEnd := range []bool{false, true} {
				for _, n := range testLengths()[1:] {
					s, _, _, unmap := halfCase(t, k, half.numbers, n, betweenPages(atEnd), rng)
					h, f := splitHalf(s, k.sizes(k.rows, n), half.numbers)
					half.run(k.rows, n, h, f)
					unmap()
				}
			}
		}
	})
}
