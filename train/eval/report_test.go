package eval

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func fourTrails() []Trail {
	return []Trail{
		{Rating: 0, Counted: 4, Given: 2, Steps: []Step{{2, -1, false}, {4, 1, true}, {4, 2, true}}}, // as it should be
		{Rating: 2, Counted: 4, Steps: []Step{{4, -1, true}, {4, -1, true}, {3, -1, false}}},         // lost
		{Rating: 60, Counted: 2, Steps: []Step{{1, 0.5, false}, {2, -1, true}, {2, 3, true}}},        // halts too early
		{Rating: -1, Counted: 2, Steps: []Step{{0, -9, false}, {1, -9, false}, {0, -9, false}}},      // never right
	}
}

// TestReportOfFourPuzzles is small enough to check by eye.
func TestReportOfFourPuzzles(t *testing.T) {
	r := newResult(t, Settings{Set: "s", Rows: 4, Steps: 3, Rules: "sudoku"})
	r.Elapsed = 1500 * time.Millisecond
	for row, trail := range fourTrails() {
		require.NoError(t, r.Add(row, &trail))
	}
	report := r.Report()
	require.EqualValues(t, 4, report.Puzzles)
	require.Equal(t, 0.5, report.Exact)
	require.Equal(t, 0.25, report.HaltedExact)
	require.Equal(t, 0.75, *report.AcceptedExact)
	require.Equal(t, (4.0/4+3.0/4+2.0/2+0)/4, report.Cell)
	require.Equal(t, 3.0, report.MeanSteps)
	require.Equal(t, 1.5, report.Seconds)

	require.Len(t, report.Answers, 3)
	for i, steps := range []float64{3, (2.0 + 3 + 1 + 3) / 4, (2.0 + 1 + 2 + 3) / 4} {
		require.Equal(t, answers[i], report.Answers[i].Answer)
		require.Equal(t, steps, report.Answers[i].MeanSteps)
	}
	require.Equal(t, Share{1, 0.25, Wilson(1, 4), ClopperPearson(1, 4)}, report.Answers[1].Share)

	for i, want := range [][3]int64{{1, 1, 1}, {3, 2, 3}, {2, 1, 3}} {
		for j, a := range report.ByStep[i].Answers {
			require.Equal(t, want[j], a.Right)
		}
	}
	require.Equal(t, report.Score, report.ByStep[2].Score)
	for i, want := range []StepScore{
		{Step: 1, Cell: (2.0/4 + 4.0/4 + 1.0/2 + 0) / 4, FirstRight: 1, Halted: 1, HaltedRight: 0, Accepted: 1, AcceptedRight: 1},
		{Step: 2, Cell: (1 + 1 + 1 + 1.0/2) / 4, FirstRight: 2, Halted: 1, HaltedRight: 1, Accepted: 2, AcceptedRight: 2},
		{Step: 3, Cell: report.Cell},
	} {
		want.AUC, want.Score = report.ByStep[i].AUC, report.ByStep[i].Score
		require.Equal(t, want, report.ByStep[i])
	}
	require.Equal(t, 1.0, *report.Halting.AUC)
	require.EqualValues(t, 2, report.Halting.Never)
	require.EqualValues(t, 1, report.Halting.HaltedWrong)
	require.EqualValues(t, 1, report.Halting.NeverRight)
	require.EqualValues(t, 1, report.Halting.Lost)

	var names []string
	var puzzles []int64
	for _, b := range report.ByRating {
		names, puzzles = append(names, b.Range), append(puzzles, b.Puzzles)
	}
	require.Equal(t, []string{"0", "1-2", "3-10", "11-50", ">50", "unknown"}, names)
	require.Equal(t, []int64{1, 1, 0, 0, 1, 1}, puzzles)
	require.Equal(t, []string{"0", "1-20", "21-25"}, []string{report.ByGivens[0].Range, report.ByGivens[1].Range, report.ByGivens[2].Range})
	require.Equal(t, []int64{3, 1, 0}, []int64{report.ByGivens[0].Puzzles, report.ByGivens[1].Puzzles, report.ByGivens[2].Puzzles})
	require.Equal(t, 1.0, *report.ByRating[1].AcceptedExact)
	require.Zero(t, report.ByRating[1].Exact)
}

// TestHaltMargin wants more of the four puzzles before they halt.
func TestHaltMargin(t *testing.T) {
	for _, c := range []struct {
		margin             float32
		right, wrong, none int64
		steps              float64
	}{
		{0, 1, 1, 2, 9},
		{0.5, 2, 0, 2, 11},
		{1.5, 2, 0, 2, 12},
		{3, 2, 0, 4, 12},
		{-1.5, 1, 2, 1, 6},
	} {
		r := newResult(t, Settings{Set: "s", Rows: 4, Steps: 3, Rules: "sudoku", HaltMargin: c.margin})
		for row, trail := range fourTrails() {
			require.NoError(t, r.Add(row, &trail))
		}
		report := r.Report()
		require.Equal(t, c.right, report.Answers[1].Right, "margin %v", c.margin)
		require.Equal(t, c.steps/4, report.Answers[1].MeanSteps, "margin %v", c.margin)
		require.Equal(t, c.wrong, report.Halting.HaltedWrong, "margin %v", c.margin)
		require.Equal(t, c.none, report.Halting.Never, "margin %v", c.margin)
	}
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		_, err := New(Settings{Set: "s", Rows: 1, Steps: 1, HaltMargin: float32(bad)})
		require.ErrorContains(t, err, "want a finite number")
	}
}

// TestStepsAreShorterEvaluations cuts trails short.
func TestStepsAreShorterEvaluations(t *testing.T) {
	for seed := range uint64(20) {
		const n, steps = 40, 9
		rules := seed%2 == 0
		trails := randomTrails(seeded(seed), n, steps, rules)
		report := counted(t, settingsOf(n, steps, rules), trails).Report()
		for most := 1; most < steps; most++ {
			short := slices.Clone(trails)
			for i := range short {
				short[i].Steps = short[i].Steps[:most]
			}
			want := counted(t, settingsOf(n, most, rules), short).Report()
			require.Equal(t, want.Score, report.ByStep[most-1].Score)
			require.Equal(t, want.ByStep, report.ByStep[:most])
		}
	}
}

// TestRangesAgainstTrails counts the puzzles of a range alone.
func TestRangesAgainstTrails(t *testing.T) {
	trails := randomTrails(seeded(4), 100, 3, true)
	report := counted(t, settingsOf(100, 3, true), trails).Report()
	for ranges, of := range map[*[]RangeScore]func(t *Trail) int{
		&report.ByRating: func(t *Trail) int { return ratingRange(defaultRatings, t.Rating) },
		&report.ByGivens: func(t *Trail) int { return rangeOf(givenBounds, int(t.Given)) },
	} {
		for i, got := range *ranges {
			in := slices.DeleteFunc(slices.Clone(trails), func(t Trail) bool { return of(&t) != i })
			require.Equal(t, counted(t, settingsOf(len(in), 3, true), in).Report().Score, got.Score)
		}
	}
}

// TestReportAgainstTrails computes what it can from the trails themselves.
func TestReportAgainstTrails(t *testing.T) {
	for seed := range uint64(20) {
		trails := randomTrails(seeded(seed), 1+int(seed)*4, 4, true)
		n := float64(len(trails))
		report := counted(t, settingsOf(len(trails), 4, true), trails).Report()
		for step, got := range report.ByStep {
			var exact, cell float64
			for _, trail := range trails {
				right := trail.Steps[step].Right
				if right == trail.Counted {
					exact++
				}
				if trail.Counted == 0 {
					cell++
				} else {
					cell += float64(right) / float64(trail.Counted)
				}
			}
			require.Equal(t, exact/n, got.Exact)
			require.InDelta(t, cell/n, got.Cell, 1e-12)
			requireAUC(t, slowAUC(trails, step), got.AUC)
		}
		for _, m := range report.Halting.Calibration {
			var puzzles, right int64
			for _, trail := range trails {
				last := trail.Steps[3]
				above := m.Above == nil || float64(last.Margin) > *m.Above
				if upTo := m.UpTo == nil || float64(last.Margin) <= *m.UpTo; above && upTo {
					puzzles++
					if last.Right == trail.Counted {
						right++
					}
				}
			}
			require.Equal(t, puzzles, m.Puzzles)
			require.Equal(t, right, m.Right)
		}
	}
}

// slowAUC compares every right answer with every wrong one.
func slowAUC(trails []Trail, step int) float64 {
	var pairs, above float64
	for _, a := range trails {
		for _, b := range trails {
			if a.Steps[step].Right != a.Counted || b.Steps[step].Right == b.Counted {
				continue
			}
			pairs++
			switch x, y := marginBin(a.Steps[step].Margin), marginBin(b.Steps[step].Margin); {
			case x > y:
				above++
			case x == y:
				above += 0.5
			}
		}
	}
	return above / pairs
}

func requireAUC(t *testing.T, want float64, got *float64) {
	if math.IsNaN(want) {
		require.Nil(t, got)
		return
	}
	require.InDelta(t, want, *got, 1e-12)
}

func TestAllRightIsOne(t *testing.T) {
	r := newResult(t, Settings{Set: "s", Rows: 300, Steps: 1})
	for row := range 300 {
		counted := int32(row % 90)
		require.NoError(t, r.Add(row, &Trail{Counted: counted, Steps: []Step{{Right: counted}}}))
	}
	require.Equal(t, 1.0, r.Report().Cell)
	require.Equal(t, 1.0, r.Report().Exact)
}

func TestReportWithoutPuzzles(t *testing.T) {
	report := newResult(t, Settings{Set: "s", Rows: 2, Steps: 1}).Report()
	require.Zero(t, report.Exact)
	require.Nil(t, report.Halting.AUC)
	require.Nil(t, report.AcceptedExact)
	require.Equal(t, Interval{0, 1}, report.Answers[0].Wilson)
	require.Len(t, report.Answers, 2)
	require.Len(t, report.ByRating, 5)
	var out strings.Builder
	require.NoError(t, report.WriteText(&out))
	require.Contains(t, out.String(), "0 of 2")
	require.NotContains(t, out.String(), "rating")
	require.NotContains(t, out.String(), "NaN")
}

func TestReportJSON(t *testing.T) {
	trails := randomTrails(seeded(3), 30, 2, true)
	report := counted(t, settingsOf(30, 2, true), trails).Report()
	data, err := json.Marshal(report)
	require.NoError(t, err)
	var object map[string]any
	require.NoError(t, json.Unmarshal(data, &object))
	for _, name := range []string{"puzzles", "exact", "halted_exact", "accepted_exact", "cell", "mean_steps", "seconds"} {
		require.IsType(t, 0.0, object[name], name)
	}
	require.Len(t, object["by_step"], 2)
	require.Len(t, object["by_rating"], 6)
	require.Len(t, object["by_givens"], 10)
	var again Report
	require.NoError(t, json.Unmarshal(data, &again))
	require.Equal(t, report, &again)
}

func TestReportText(t *testing.T) {
	trails := randomTrails(seeded(3), 30, 2, true)
	for _, c := range []struct {
		rules   bool
		columns int // of answers, by rating
	}{{true, 3}, {false, 2}} {
		for i := range trails {
			for j := range trails[i].Steps {
				trails[i].Steps[j].Accepted = trails[i].Steps[j].Accepted && c.rules
			}
		}
		var out strings.Builder
		require.NoError(t, counted(t, settingsOf(30, 2, c.rules), trails).Report().WriteText(&out))
		_, byRating, found := strings.Cut(out.String(), "rating")
		require.True(t, found)
		header, _, _ := strings.Cut(byRating, "\n")
		require.Equal(t, c.columns, strings.Count(header, "95% interval"), header)
		require.Equal(t, c.rules, strings.Contains(out.String(), "accepted"))
		for block := range strings.SplitSeq(strings.TrimSpace(out.String()), "\n\n") {
			lines := strings.Split(block, "\n")
			for _, line := range lines[1:] {
				require.NotContains(t, line, "\t")
				require.Len(t, line, len(lines[len(lines)-1]), block)
			}
		}
	}
	require.ErrorIs(t, new(Report).WriteText(full{}), errFull)
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
