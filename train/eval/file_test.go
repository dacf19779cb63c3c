package eval

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func toJSON(t testing.TB, r *Result) string {
	data, err := json.Marshal(r)
	require.NoError(t, err)
	return string(data)
}

func TestResultRoundTrip(t *testing.T) {
	for seed := range uint64(20) {
		rng := seeded(seed)
		n, steps, rules := 1+rng.IntN(40), 1+rng.IntN(4), seed%2 == 0
		trails := randomTrails(rng, n, steps, rules)
		s := settingsOf(n+5, steps, rules) // the last rows are not evaluated
		r := counted(t, s, trails)
		r.Elapsed = time.Duration(rng.Int64N(1e12))

		var read Result
		require.NoError(t, json.Unmarshal([]byte(toJSON(t, r)), &read))
		require.Equal(t, toJSON(t, r), toJSON(t, &read))
		require.Equal(t, r.Report(), read.Report())

		// One that was read goes on as any other.
		require.Error(t, read.Merge(r), "the same rows")
		require.NoError(t, read.Add(n+4, &randomTrails(rng, 1, steps, rules)[0]))
	}
}

// damaged changes a field of a result's document, by the path to it.
func damaged(t *testing.T, doc string, value any, path ...any) string {
	var root any
	require.NoError(t, json.Unmarshal([]byte(doc), &root))
	at := root
	for i, key := range path {
		last := i == len(path)-1
		switch key := key.(type) {
		case string:
			if last {
				at.(map[string]any)[key] = value
			}
			at = at.(map[string]any)[key]
		case int:
			if last {
				at.([]any)[key] = value
			}
			at = at.([]any)[key]
		}
	}
	out, err := json.Marshal(root)
	require.NoError(t, err)
	return string(out)
}

func TestUnmarshalRefuses(t *testing.T) {
	r := newResult(t, Settings{Set: "s", Rows: 3, Steps: 1})
	require.NoError(t, r.Add(0, &Trail{Counted: 4, Steps: []Step{{Right: 4, Margin: 1}}}))
	require.NoError(t, r.Add(1, &Trail{Counted: 4, Steps: []Step{{Right: 3, Margin: -1}}}))
	doc := toJSON(t, r)
	require.NoError(t, json.Unmarshal([]byte(doc), new(Result)))

	type path = []any
	counts := func(p ...any) path { return append(path{"all"}, p...) }
	ranges := func(p ...any) path { return append(path{"by_rating", 0}, p...) }
	for _, c := range []struct {
		path  path
		value any
		want  string
	}{
		{path{"format"}, "other", "not the result of an evaluation"},
		{path{"version"}, 1, "version 1, not 2"},
		{path{"more"}, 1, "unknown field"},
		{path{"settings", "rows"}, -1, "-1 rows"},
		{path{"settings", "rows"}, 17, "done: 1 bytes for 17 rows"},
		{path{"settings", "steps"}, 2, "margins: 1 steps, not 2"},
		{path{"settings", "steps"}, 1 << 30, "1073741824 steps, want 1 to 16384"},
		{path{"settings", "ratings"}, nil, "no ranges"},
		{path{"settings", "ratings"}, path{0}, "by_rating: 6 ranges, not 3"},
		{path{"nanoseconds"}, -1, "-1 nanoseconds"},
		{path{"all"}, nil, "there are no counts"},
		{path{"by_rating", 1}, nil, "by_rating: range 1 is null"},
		{path{"by_givens"}, path{}, "by_givens: 0 ranges, not 10"},
		{ranges("puzzles"), 3, "by_rating: range 0: 3 puzzles of 2"},
		{ranges("right"), nil, "0 and 3 answers, not 3"},
		{ranges("right", "last"), 3, "last: 3 right of 2 puzzles"},
		{ranges("right", "last"), 2, "by_rating: the ranges do not add up to all puzzles"},
		{ranges("steps", "halted"), 3, "halted: 3 steps for 2 puzzles"},
		{path{"done"}, "AQ==", "1 rows are done, 2 puzzles counted"},
		{path{"done"}, "gw==", "done: bits beyond row 2"},
		{path{"right", "last"}, "Ag==", ""}, // another row: counts cannot tell
		{path{"right", "last"}, "BA==", "right: last: rows that are not done"},
		{path{"right", "last"}, "Aw==", "right: last: 2 rows, 1 puzzles counted"},
		{path{"right", "more"}, "AA==", "right: 4 answers, not 3"},
		{counts("margins", 0), path{}, "margins: 0 entries"},
		{counts("margins", 0, 0), path{1, 0}, "margins: 1 right of 1 puzzles, with 0 left"},
		{counts("halted", 0), path{1, 2}, "halted: 2 right of 1"},
		{counts("halted", 0), path{0, 0}, "halted: 1 puzzles of 2 are missing"},
		{counts("accepted"), path{path{2, 1}, path{0, 0}}, "accepted without rules"},
		{counts("first_right", 0), path{9e18, 0}, "first_right: more than 3 puzzles"},
		{counts("first_right", 0), path{1, 0}, "right: last: 1 puzzles at the last step, not 0"},
		{counts("margins", 0, 52), path{1, 0}, "right: 0 puzzles after step 1 by margins, not 1"},
		{counts("right", "more"), path{}, "right: 4 answers, not 3"},
		{counts("right", "halted"), path{}, "right: halted: 0 steps, not 1"},
		{counts("right", "halted"), path{3}, "right: halted: 3 of 2 puzzles"},
		{counts("right", "halted"), path{2}, "right: halted: 2 puzzles at the last step, not 1"},
		{counts("cells", 0, "counted"), -1, "out of order"},
		{counts("cells", 0, "puzzles"), 3, "cells: 3 puzzles, with 2 left"},
		{counts("cells", 0, "right"), path{9}, "cells: 9 of 8 are right"},
		{counts("cells", 0, "right"), path{}, "cells: 0 steps"},
		{counts("cells"), path{}, "cells: 2 puzzles of 2 are missing"},
	} {
		err := json.Unmarshal([]byte(damaged(t, doc, c.value, c.path...)), new(Result))
		if c.want == "" {
			require.NoError(t, err, c.path)
			continue
		}
		require.ErrorContains(t, err, c.want, c.path)
		require.ErrorContains(t, err, "eval: ", c.path)
	}
	for _, text := range []string{"", "null", "[]", "{}", doc[:len(doc)/2], doc + "x", strings.Replace(doc, "[", "{", 1)} {
		require.Error(t, json.Unmarshal([]byte(text), new(Result)))
	}
}

// FuzzResult reads damaged results. One that reads must be whole: it reports,
// merges and reads again.
func FuzzResult(f *testing.F) {
	for seed := range uint64(3) {
		s := settingsOf(6, 1, seed == 1)
		s.Ratings = []int{5} // for a short document
		f.Add([]byte(toJSON(f, counted(f, s, randomTrails(seeded(seed), 5, 1, seed == 1)))))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var r, again Result
		if json.Unmarshal(data, &r) != nil {
			return
		}
		require.NoError(t, r.Report().WriteText(new(strings.Builder)))
		_, err := json.Marshal(r.Report())
		require.NoError(t, err)
		_, err = Compare(&r, &r, Halted)
		require.NoError(t, err)
		empty, err := New(r.Settings())
		require.NoError(t, err)
		require.NoError(t, empty.Merge(&r))
		require.NoError(t, json.Unmarshal([]byte(toJSON(t, empty)), &again))
		require.Equal(t, toJSON(t, empty), toJSON(t, &again))
		require.Equal(t, r.Report(), again.Report())
	})
}
