package nn

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

func TestParams(t *testing.T) {
	var ps Params
	a := ps.add("a", initConst(1), 3, 5)
	b := ps.add("b", initConst(2), 16)
	c := ps.add("c", initConst(3), 2)
	built(t, &ps)

	require.Equal(t, []*Param{a, b, c}, ps.All())
	require.Equal(t, 15+16+2, ps.Count())
	require.Equal(t, []int{3, 5}, a.Value.Shape())
	sum := float32(0)
	for _, v := range ps.Data() {
		sum += v
	}
	require.Equal(t, float32(15+32+6), sum, "gaps are zero")

	for _, p := range ps.All() {
		require.Zero(t, uintptr(unsafe.Pointer(&p.Value.Data()[0]))%64, "%s starts a cache line", p.Name)
		require.Same(t, &p.Value.Data()[0], &p.In(ps.Data())[0])
		require.Len(t, p.In(ps.Data()), p.Value.Len())
		require.Equal(t, p.Value.Len(), cap(p.In(ps.Data())), "a view ends with its parameter")
	}
	v := ps.NewVector()
	require.Len(t, v, len(ps.Data()))
	b.In(v)[0] = 9
	require.Equal(t, make([]float32, 15), a.In(v))
	require.Equal(t, float32(9), v[16])
}

func TestParamsBuildRejectsShapes(t *testing.T) {
	var ps Params
	ps.add("big", initConst(0), math.MaxInt, 2)
	require.ErrorContains(t, ps.build(), "too large")

	// Each of a size that could exist, all of them not: an error, no allocation.
	var many Params
	for range 5 {
		many.add("layer", initConst(0), 1<<17, 1<<17)
	}
	err := many.build()
	require.ErrorContains(t, err, "too large")
	require.ErrorContains(t, err, `parameter "layer"`)
	require.ErrorContains(t, err, "shape [131072 131072]")
}

func TestParamsInitIsInOrder(t *testing.T) {
	var one, two Params
	for _, ps := range []*Params{&one, &two} {
		ps.add("a", initStd(1), 4)
		ps.add("b", initStd(1), 4)
		built(t, ps)
	}
	require.Equal(t, one.Data(), two.Data())
	one.draw(rand.New(rand.NewPCG(1, 99)))
	require.NotEqual(t, one.Data(), two.Data())
	require.NotEqual(t, one.All()[0].Value.Data(), one.All()[1].Value.Data())
}

func TestInnerSize(t *testing.T) {
	for _, c := range []struct {
		h         int
		expansion float64
		want      int
	}{
		{512, 4, 1536}, {97, 4, 512}, {128, 4, 512}, {96, 4, 256}, {97, 1, 256}, {384, 1, 256}, {1, 0.1, 0}, {12, 4, 256},
	} {
		a := Arch{Expansion: c.expansion}
		require.Equal(t, c.want, a.InnerSize(c.h), "%d, %v", c.h, c.expansion)
	}
}
