package simd

import (
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// eachEntry calls f with each function value of a level's kernels and the path
// of its field. Kernels that a level lacks as a whole are left out.
func eachEntry(k *kernels, f func(path string, entry reflect.Value)) {
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				walk(path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		case reflect.Pointer:
			if !v.IsNil() {
				walk(path, v.Elem())
			}
		case reflect.Func:
			f(path[1:], reflect.NewAt(v.Type(), v.Addr().UnsafePointer()).Elem()) // fields are not exported
		}
	}
	walk("", reflect.ValueOf(k).Elem())
}

// watched returns a copy of a level's kernels that notes which are called: the
// first call of each puts the kernel itself in place.
func watched(k *kernels) (*kernels, map[string]bool) {
	c, called := *k, map[string]bool{}
	if k.pairs != nil {
		pairs := *k.pairs
		c.pairs = &pairs
	}
	if k.shallow != nil {
		shallow := *k.shallow
		c.shallow = &shallow
	}
	if k.quads != nil {
		quads := *k.quads
		c.quads = &quads
	}
	eachEntry(&c, func(path string, entry reflect.Value) {
		called[path] = false
		kernel := reflect.ValueOf(entry.Interface())
		entry.Set(reflect.MakeFunc(entry.Type(), func(args []reflect.Value) []reflect.Value {
			called[path] = true
			entry.Set(kernel)
			return kernel.Call(args)
		}))
	})
	return &c, called
}

// Every entry of every level's literal runs, and gives what the portable code
// or float64 do.
func TestEveryKernel(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		k, called := watched(level.kernels())
		active.Store(k)
		for i := range vectorKernels {
			agree(t, &vectorKernels[i], 67, 1, 1)
		}
		for _, half := range halfKernels {
			half.agree(t, 67)
		}
		r := rand.New(rand.NewPCG(1, 2))
		for _, a := range layouts {
			for _, b := range layouts {
				for i := range 8 {
					p := product{m: 31, n: 71, k: 28 + i, a: a, b: b, packLeft: i%4 == 1, packRight: i%4 == 2, accumulate: i%4 == 3}
					p.check(t, offsetBy(0), r)
					p.checkInt8(t, offsetBy(0), r)
				}
			}
		}
		checkPanels(t, k, r)
		for _, depth := range []int{31, 65} { // both tiles of pairs where there are two
			gatedCase{m: 31, n: 71, k: depth, side: Right}.check(t, offsetBy(0), r)
		}
		k.tile.ceiling.times(1)
		if k.pairs != nil {
			k.pairs.ceiling.times(1)
		}
		if k.shallow != nil {
			k.shallow.ceiling.times(1)
		}
		if k.quads != nil {
			k.quads.ceiling.times(1)
		}
		for path, yes := range called {
			require.True(t, yes, path)
		}
	})
}

// checkPanels packs columns by eights, which the portable tile is too narrow for.
func checkPanels(t *testing.T, k *kernels, r *rand.Rand) {
	const rows, cols, w = 27, 20, 8
	m := newMatrix(rows, cols, transposed, r)
	want, got := make([]float32, rows*((cols+w-1)/w*w)), make([]float32, rows*((cols+w-1)/w*w))
	generic.packing.panels(want, m, w)
	k.packing.panels(got, m, w)
	require.Equal(t, want, got)
}

// A level lacks no kernel, and has one of its own wherever a level below has.
func TestLevelsOnlyAdd(t *testing.T) {
	below := map[string]string{}
	for _, k := range implemented {
		names := map[string]string{}
		eachEntry(k, func(path string, entry reflect.Value) {
			require.False(t, entry.IsNil(), "%v: %s", k.level, path)
			names[path] = runtime.FuncForPC(entry.Pointer()).Name()
		})
		if k == &generic {
			below = names
			continue
		}
		portable := map[string]string{}
		eachEntry(&generic, func(path string, entry reflect.Value) {
			portable[path] = runtime.FuncForPC(entry.Pointer()).Name()
		})
		for path, name := range below {
			require.Contains(t, names, path, "%v", k.level)
			if name != portable[path] {
				require.NotEqual(t, portable[path], names[path], "%v: %s", k.level, path)
			}
		}
		below = names
	}
}

// The levels of an architecture ascend as their constants do, and none repeats a
// feature of one below.
func TestLevelsAscend(t *testing.T) {
	asked := map[string]bool{}
	for i, k := range implemented {
		if i > 0 {
			require.Greater(t, k.level, implemented[i-1].level)
		}
		for _, f := range k.features {
			require.False(t, asked[f.name], "%v: %s", k.level, f.name)
			asked[f.name] = true
		}
	}
}
