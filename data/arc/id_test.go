package arc

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestID(t *testing.T) {
	transform := Transform{3, [Colours]uint8{0, 1, 3, 4, 2, 5, 6, 7, 8, 9}}
	require.Equal(t, "8be77c9e|||t3|||0134256789", transform.ID("8be77c9e", StyleTRM))
	require.Equal(t, "8be77c9e_t3_0134256789", transform.ID("8be77c9e", StyleHRM))
	require.Equal(t, "8be77c9e", Identity().ID("8be77c9e", StyleTRM))

	rng := newRNG(1)
	for _, task := range []string{"a", "8be77c9e", "two_parts", "t1", "_", "ends_t3_", "é"} {
		for _, s := range []Style{StyleTRM, StyleHRM} {
			want := RandomTransform(rng)
			got, transform := mustParseID(t, want.ID(task, s))
			require.Equal(t, task, got)
			require.Equal(t, want, transform)
			got, transform = mustParseID(t, Identity().ID(task, s))
			require.Equal(t, task, got)
			require.Equal(t, Identity(), transform)
		}
	}
	task, transform := mustParseID(t, "a_t0_0123456789")
	require.Equal(t, "a", task)
	require.Equal(t, Identity(), transform)
	for _, bare := range []string{"a_t3_013425678", "a_t3_01342567890", "_t3_0134256789", "a_x3_0134256789", "<blank>"} {
		task, transform := mustParseID(t, bare)
		require.Equal(t, bare, task)
		require.Equal(t, Identity(), transform)
	}
}

func TestParseIDErrors(t *testing.T) {
	for id, want := range map[string]string{
		"":                         "arc: empty identifier",
		"a|||t3|||013425678":       "want TASK|||tN|||COLOURS",
		"a|||t3":                   "want TASK|||tN|||COLOURS",
		"|||t3|||0134256789":       "want TASK|||tN|||COLOURS",
		"a|||tx|||0134256789":      "want TASK|||tN|||COLOURS",
		"a|||t8|||0134256789":      "symmetry 8 is not in 0..7",
		"a_t9_0134256789":          "symmetry 9 is not in 0..7",
		"a_t3_0134256788":          "are not a permutation of 0..9",
		"a|||t3|||0000000000":      "are not a permutation of 0..9",
		"a|||t3|||0134256789|||t3": "want TASK|||tN|||COLOURS",
	} {
		_, _, err := ParseID(id)
		require.ErrorContains(t, err, want, id)
	}
}

func FuzzParseID(f *testing.F) {
	for _, id := range []string{"a|||t3|||0134256789", "a_t3_0134256789", "a", "", "a|||", "a_b_t9_0134256788"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		task, transform, err := ParseID(id)
		if err != nil {
			return
		}
		require.NotEmpty(t, task)
		require.NoError(t, transform.Check())
		require.Contains(t, []string{task, string(transform.appendID(nil, task, StyleTRM)), string(transform.appendID(nil, task, StyleHRM))}, id)
	})
}
