package eval

import (
	"math"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMergingAnyPartitionIsOneRun(t *testing.T) {
	for seed := range uint64(60) {
		rng := seeded(seed)
		n, steps, rules := rng.IntN(70), 1+rng.IntN(5), seed%2 == 0
		trails := randomTrails(rng, n, steps, rules)
		whole := counted(t, settingsOf(n, steps, rules), trails)

		parts := make([]*Result, 1+rng.IntN(6))
		for i := range parts {
			parts[i] = newResult(t, settingsOf(n, steps, rules))
			parts[i].Elapsed = time.Second
		}
		for _, row := range rng.Perm(n) {
			require.NoError(t, parts[rng.IntN(len(parts))].Add(row, &trails[row]))
		}
		whole.Elapsed = time.Duration(len(parts)) * time.Second

		merged := newResult(t, settingsOf(n, steps, rules))
		for _, i := range rng.Perm(len(parts)) {
			before := toJSON(t, parts[i])
			require.NoError(t, merged.Merge(parts[i]))
			require.Equal(t, before, toJSON(t, parts[i]), "the part is as before")
		}
		require.Equal(t, toJSON(t, whole), toJSON(t, merged))
		require.Equal(t, whole.Report(), merged.Report())
	}
}

func TestAddFromSeveralGoroutines(t *testing.T) {
	trails := randomTrails(seeded(1), 200, 3, true)
	s := settingsOf(len(trails), 3, true)
	r := newResult(t, s)
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for row := worker; row < len(trails); row += 4 {
				if err := r.Add(row, &trails[row]); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.Equal(t, toJSON(t, counted(t, s, trails)), toJSON(t, r))
}

func TestMergeRefuses(t *testing.T) {
	trails := randomTrails(seeded(2), 9, 2, true)
	r := newResult(t, settingsOf(9, 2, true))
	require.NoError(t, r.Add(3, &trails[3]))
	require.NoError(t, r.Add(7, &trails[7]))
	before := toJSON(t, r)
	for _, c := range []struct {
		name   string
		change func(s *Settings)
	}{
		{"different models", func(s *Settings) { s.Model = "other" }},
		{"different puzzle sets", func(s *Settings) { s.Set = "other" }},
		{"different rows: 9 and 10", func(s *Settings) { s.Rows++ }},
		{"different steps: 2 and 3", func(s *Settings) { s.Steps++ }},
		{"different halting margins: 0 and 1", func(s *Settings) { s.HaltMargin++ }},
		{"different rules", func(s *Settings) { s.Rules = "" }},
		{"different ranges of ratings", func(s *Settings) { s.Ratings = []int{1, 2} }},
	} {
		s := r.Settings()
		c.change(&s)
		require.ErrorContains(t, r.Merge(newResult(t, s)), c.name)
	}

	require.EqualError(t, r.Merge(r), "eval: merge: 2 rows are in both, the first is row 3")
	overlapping := newResult(t, r.Settings())
	require.NoError(t, overlapping.Add(2, &trails[2]))
	require.NoError(t, overlapping.Add(7, &trails[7]))
	require.EqualError(t, r.Merge(overlapping), "eval: merge: 1 rows are in both, the first is row 7")
	require.Equal(t, before, toJSON(t, r), "a refusal changes nothing")
}

func TestAddRefuses(t *testing.T) {
	trail := func(steps ...Step) *Trail { return &Trail{Counted: 5, Steps: steps} }
	r := newResult(t, settingsOf(2, 1, false))
	require.NoError(t, r.Add(0, trail(Step{Right: 5})))
	before := toJSON(t, r)
	for _, c := range []struct {
		row   int
		trail *Trail
		want  string
	}{
		{-1, trail(Step{}), "row -1 of a set of 2"},
		{2, trail(Step{}), "row 2 of a set of 2"},
		{0, trail(Step{}), "row 0: counted twice"},
		{1, trail(), "row 1: the trail has 0 steps, not 1"},
		{1, trail(Step{}, Step{}), "row 1: the trail has 2 steps, not 1"},
		{1, trail(Step{Right: 6}), "row 1: step 1: 6 of 5 cells are right"},
		{1, trail(Step{Right: -1}), "row 1: step 1: -1 of 5 cells are right"},
		{1, &Trail{Counted: -1, Steps: []Step{{}}}, "row 1: 0 of -1 cells are given"},
		{1, &Trail{Counted: 5, Given: 6, Steps: []Step{{}}}, "row 1: 6 of 5 cells are given"},
		{1, trail(Step{Margin: float32(math.NaN())}), "row 1: step 1: the margin is not a number"},
		{1, trail(Step{Accepted: true}), "row 1: step 1: accepted, but the settings name no rules"},
	} {
		require.EqualError(t, r.Add(c.row, c.trail), "eval: "+c.want)
	}
	require.Equal(t, before, toJSON(t, r), "a refusal changes nothing")
	require.Error(t, new(Result).Add(0, trail(Step{})))
}

func TestNewRefuses(t *testing.T) {
	for _, s := range []Settings{
		{Set: "", Rows: 1, Steps: 1},
		{Set: "s", Rows: -1, Steps: 1},
		{Set: "s", Rows: 1, Steps: 0},
		{Set: "s", Rows: 1, Steps: 1, Ratings: []int{-1}},
		{Set: "s", Rows: 1, Steps: 1, Ratings: []int{3, 3}},
	} {
		_, err := New(s)
		require.Error(t, err, "%+v", s)
	}
}

func TestSettingsAreCopied(t *testing.T) {
	ratings := []int{1, 2}
	r := newResult(t, Settings{Set: "s", Steps: 1, Ratings: ratings})
	ratings[0] = 0
	r.Settings().Ratings[1] = 9
	require.Equal(t, []int{1, 2}, r.Settings().Ratings)
}

func TestMarginBins(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		margin float32
		bin    int
	}{
		{-inf, 0}, {-100, 0}, {-12, 0}, {-11.99, 1}, {-11.75, 1},
		{-0.2, 48}, {0, 48}, {math.SmallestNonzeroFloat32, 49}, {0.25, 49}, {0.26, 50},
		{12, 96}, {12.01, 97}, {100, 97}, {inf, marginBins - 1},
	} {
		require.Equal(t, c.bin, marginBin(c.margin), c.margin)
	}
}

func TestRatingRanges(t *testing.T) {
	names := ratingNames(defaultRatings)
	require.Equal(t, []string{"0", "1-2", "3-10", "11-50", ">50", "unknown"}, names)
	for rating, want := range map[int]string{-1: "unknown", 0: "0", 1: "1-2", 2: "1-2", 3: "3-10", 10: "3-10", 11: "11-50", 50: "11-50", 51: ">50", math.MaxInt32: ">50"} {
		require.Equal(t, want, names[ratingRange(defaultRatings, rating)], rating)
	}
	require.Equal(t, []string{"0-4", "5", ">5", "unknown"}, ratingNames([]int{4, 5}))
}
