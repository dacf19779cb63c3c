package nn

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// gridArch has one head for each kind of group.
func gridArch(cells, prefix int) Arch {
	a := goodArch()
	a.SeqLen, a.HeadGroups = cells, []string{"row", "column", "box", "all"}
	a.PuzzleEmbNDim, a.PuzzleEmbLen = 24, prefix
	if prefix == 0 {
		a.PuzzleEmbNDim = 0
	}
	return a
}

// together says, head by head, which positions may see each other.
func together(a *Arch, p, q int) [4]bool {
	prefix := a.Prefix()
	if p < prefix || q < prefix {
		both := p < prefix && q < prefix
		return [4]bool{both, both, both, true}
	}
	side, box := 4, 2
	if a.SeqLen == 81 {
		side, box = 9, 3
	}
	r1, c1, r2, c2 := (p-prefix)/side, (p-prefix)%side, (q-prefix)/side, (q-prefix)%side
	return [4]bool{r1 == r2, c1 == c2, r1/box == r2/box && c1/box == c2/box, true}
}

var grids = []struct{ cells, prefix int }{{16, 0}, {16, 2}, {81, 0}, {81, 1}, {81, 16}}

func TestHeadGroups(t *testing.T) {
	for _, g := range grids {
		t.Run(fmt.Sprint(g), func(t *testing.T) {
			a := gridArch(g.cells, g.prefix)
			ids, err := a.headGroups()
			require.NoError(t, err)
			require.Len(t, ids, 4)
			require.Nil(t, ids[3], "no restriction")
			for h := range 3 {
				require.Len(t, ids[h], a.Positions())
				for p := range a.Positions() {
					for q := range a.Positions() {
						require.Equal(t, together(&a, p, q)[h], ids[h][p] == ids[h][q], "%s: %d and %d", a.HeadGroups[h], p, q)
					}
				}
			}
		})
	}
}

// A head's output at a position changes with exactly the positions of its
// group. W_o lets through one head at a time, unmixed.
func TestHeadsSeeTheirGroupsOnly(t *testing.T) {
	EachLevel(t, func(t *testing.T) {
		for _, g := range grids {
			for head := range 4 {
				t.Run(fmt.Sprint(g, head), func(t *testing.T) {
					a := gridArch(g.cells, g.prefix)
					net, size := oneHead(t, a, head)
					positions, d := a.Positions(), a.HiddenSize
					var s scratch[float32]
					tape := newInferenceTape[float32](net, 1)
					rng := rand.New(rand.NewPCG(1, 1))
					x := Normals(rng, positions*d, 1)
					run := func() []float32 {
						y := slices.Clone(x)
						tape.forward(&s, 0, 1, y, nil)
						return y
					}
					before := run()
					for q := 0; q < positions; q += 1 + positions/20 {
						saved := slices.Clone(x[q*d : (q+1)*d])
						copy(x[q*d:], Normals(rng, d, 1))
						after := run()
						copy(x[q*d:], saved)
						for p := range positions {
							if p == q {
								continue // its own state is in the residual
							}
							lo := p*d + head*size
							changed := !slices.Equal(before[lo:lo+size], after[lo:lo+size])
							require.Equal(t, together(&a, p, q)[head], changed, "position %d after a change of %d", p, q)
						}
					}
				})
			}
		}
	})
}

// oneHead returns a level of one attention sublayer whose output projection is
// the identity on one head and zero on the others.
func oneHead(t *testing.T, a Arch, head int) (*level, int) {
	t.Helper()
	var ps Params
	mix, err := mixing(&ps, &a, false)
	require.NoError(t, err)
	sub, err := mix("L_level.layers.0")
	require.NoError(t, err)
	built(t, &ps)
	att := sub.(*attention)
	w, size := att.out.w.Value.Data(), a.HiddenSize/a.NumHeads
	clear(w)
	for i := head * size; i < (head+1)*size; i++ {
		w[i*a.HiddenSize+i] = 1
	}
	net := &level{subs: []sublayer{att}}
	packLevel(net, false)
	return net, size
}

func TestGroupMembers(t *testing.T) {
	all := []int{0, 1, 2, 3}
	for _, c := range []struct {
		name   string
		groups [][]int
		want   [][][]int
	}{
		{"none", nil, [][][]int{{all}, {all}}},
		{"one head", [][]int{nil, {7, 7, -1, 7}}, [][][]int{{all}, {{0, 1, 3}, {2}}}},
		{"interleaved", [][]int{{1, 0, 1, 0}, {3, 2, 1, 0}}, [][][]int{{{0, 2}, {1, 3}}, {{0}, {1}, {2}, {3}}}},
	} {
		got, err := groupMembers(c.groups, 2, 4)
		require.NoError(t, err, c.name)
		require.Equal(t, c.want, got, c.name)
	}
}

func TestNewAttentionErrors(t *testing.T) {
	for _, c := range []struct {
		name     string
		d, heads int
		groups   [][]int
		says     string
	}{
		{"no heads", 12, 0, nil, "12 channels do not divide into 0 heads"},
		{"uneven heads", 12, 5, nil, "12 channels do not divide into 5 heads"},
		{"groups of other heads", 12, 3, [][]int{nil}, "position groups for 1 heads, want 3"},
		{"groups of other positions", 12, 2, [][]int{nil, {0, 1}}, "head 1 has group identifiers for 2 positions, want 4"},
	} {
		var ps Params
		_, err := newAttention(&ps, "att", 4, c.d, c.heads, nil, c.groups, 1e-5)
		require.ErrorContains(t, err, c.says, c.name)
	}
}
