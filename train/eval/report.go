package eval

// Report is what a result says. Shares are from 0 to 1, intervals hold with
// 95 % confidence. Its JSON form is for programs to read.
type Report struct {
	Settings Settings `json:"settings"`
	Score
	Cell      float64      `json:"cell"`       // mean share of right cells at the last step
	MeanSteps float64      `json:"mean_steps"` // supervision steps run for a puzzle
	Seconds   float64      `json:"seconds"`    // time spent, rollouts included, over all parts of the set
	ByStep    []StepScore  `json:"by_step"`
	ByRating  []RangeScore `json:"by_rating"` // puzzles without a rating last, if there are any
	ByGivens  []RangeScore `json:"by_givens"` // by the labelled cells that a puzzle shows right
	Halting   Halting      `json:"halting"`
	Guessed   *Guessed     `json:"guessed,omitempty"`  // nil without guesses
	Rollouts  []LinesScore `json:"rollouts,omitempty"` // by lines of thought, powers of two and all; nil without rollouts
}

// Score is the accuracy over puzzles, of each answer.
type Score struct {
	Puzzles       int64         `json:"puzzles"`
	Exact         float64       `json:"exact"`                    // share with every labelled cell right at the last step
	HaltedExact   float64       `json:"halted_exact"`             // the same where the model would have halted
	AcceptedExact *float64      `json:"accepted_exact,omitempty"` // the same for the first answer that the rules accept; nil without rules
	Answers       []AnswerScore `json:"answers"`
}

// AnswerScore is the accuracy of one answer.
type AnswerScore struct {
	Answer    Answer  `json:"answer"`
	MeanSteps float64 `json:"mean_steps"` // supervision steps up to the answer
	Share
}

// Share is how many of some puzzles are right.
type Share struct {
	Right          int64    `json:"right"`
	Exact          float64  `json:"exact"` // Right as a share
	Wilson         Interval `json:"wilson"`
	ClopperPearson Interval `json:"clopper_pearson"`
}

// StepScore is the accuracy of an evaluation with that many supervision steps at
// most, and how many puzzles come to something at the last of them for the first
// time.
type StepScore struct {
	Step int `json:"step"`
	Score
	Cell          float64  `json:"cell"`
	AUC           *float64 `json:"auc,omitempty"`  // as in Halting, after this step
	FirstRight    int64    `json:"first_right"`    // puzzles
	Halted        int64    `json:"halted"`         // puzzles
	HaltedRight   int64    `json:"halted_right"`   // of those, right
	Accepted      int64    `json:"accepted"`       // puzzles
	AcceptedRight int64    `json:"accepted_right"` // of those, right
}

// RangeScore is the accuracy on the puzzles of a range of ratings or givens.
type RangeScore struct {
	Range string `json:"range"` // such as "3-10"
	Score
}

// Halting says what the halting value is worth.
type Halting struct {
	// AUC is the probability that the margin of a right answer is above that of
	// a wrong one, at the last step: 0.5 is chance. Margins are told apart to
	// 0.25. Nil when all answers are right, or all wrong.
	AUC *float64 `json:"auc,omitempty"`

	Never       int64 `json:"never"`        // puzzles at which no margin is above Settings.HaltMargin
	HaltedWrong int64 `json:"halted_wrong"` // puzzles that halt at a wrong answer
	NeverRight  int64 `json:"never_right"`  // puzzles that are right at no step
	Lost        int64 `json:"lost"`         // puzzles right at some step and wrong at the last

	Calibration []MarginRange `json:"calibration"` // at the last step
}

// Guessed says what lines of thought came to that began with guesses where none
// before found an answer: see [reread.Guess]. An answer that is not found is that
// of the steps without guesses.
type Guessed struct {
	Outcome
	Seconds float64 `json:"seconds"` // time spent beyond Report.Seconds, over all parts of the set
}

// Outcome is what several lines of thought come to.
type Outcome struct {
	Found      int64   `json:"found"`       // puzzles with an answer at which they stopped
	FoundWrong int64   `json:"found_wrong"` // of those, wrong
	MeanSteps  float64 `json:"mean_steps"`  // supervision steps of all lines of a puzzle
	MeanLines  float64 `json:"mean_lines"`
	Share
}

// LinesScore is the accuracy with so many lines of thought at most.
type LinesScore struct {
	Lines   int            `json:"lines"`
	Answers []RolloutScore `json:"answers"`
}

// RolloutScore is what lines of thought come to by one of the rules for their
// answer. Halted and Accepted say what they would have come to had they stopped
// there, as [reread.Solve] does.
type RolloutScore struct {
	Answer Answer `json:"answer"`
	Outcome
}

// MarginRange is how many of the answers with a margin in a range are right.
type MarginRange struct {
	Above   *float64 `json:"above,omitempty"` // margins are above; nil: without end
	UpTo    *float64 `json:"up_to,omitempty"` // and not above; nil: without end
	Puzzles int64    `json:"puzzles"`
	Share
}

// Report derives shares and intervals from the counts. Without puzzles all
// shares are 0 and all intervals from 0 to 1.
func (r *Result) Report() *Report {
	last := r.settings.Steps - 1
	all := r.all.at(last)
	out := &Report{
		Settings: r.Settings(),
		Score:    r.score(all),
		Seconds:  r.Elapsed.Seconds(),
		ByStep:   r.byStep(),
		ByRating: r.rangeScores(ratingNames(r.settings.Ratings), r.byRating),
		ByGivens: r.rangeScores(rangeNames(givenBounds), r.byGivens),
		Halting:  halting(r.all),
		Guessed:  r.guessed.report(),
		Rollouts: r.rollouts.report(&r.settings),
	}
	if rated := len(r.byRating) - 1; r.byRating[rated].Puzzles == 0 {
		out.ByRating = out.ByRating[:rated]
	}
	out.Cell = out.ByStep[last].Cell
	out.MeanSteps = ratio(all.Steps[Last], all.Puzzles)
	return out
}

func (r *Result) score(g *group) Score {
	n := g.Puzzles
	out := Score{Puzzles: n, Exact: ratio(g.Right[Last], n), HaltedExact: ratio(g.Right[Halted], n)}
	for _, a := range answers {
		if a == Accepted && r.settings.Rules == "" {
			continue
		}
		out.Answers = append(out.Answers, AnswerScore{a, ratio(g.Steps[a], n), newShare(g.Right[a], n)})
	}
	if r.settings.Rules != "" {
		accepted := ratio(g.Right[Accepted], n)
		out.AcceptedExact = &accepted
	}
	return out
}

func (r *Result) rangeScores(names []string, groups []*group) []RangeScore {
	var out []RangeScore
	for i, name := range names {
		out = append(out, RangeScore{name, r.score(groups[i])})
	}
	return out
}

func (r *Result) byStep() []StepScore {
	var out []StepScore
	c := r.all
	for i, margins := range c.Margins {
		out = append(out, StepScore{
			Step: i + 1, Score: r.score(c.at(i)), Cell: c.Cells.share(i), AUC: auc(margins),
			FirstRight: c.FirstRight[i].puzzles(),
			Halted:     c.Halted[i].puzzles(), HaltedRight: c.Halted[i].right(),
			Accepted: c.Accepted[i].puzzles(), AcceptedRight: c.Accepted[i].right(),
		})
	}
	return out
}

func halting(c *counts) Halting {
	steps := len(c.Margins)
	margins := c.Margins[steps-1]
	return Halting{
		AUC:         auc(margins),
		Never:       c.Halted[steps].puzzles(),
		HaltedWrong: sum(c.Halted[:steps]).wrong(),
		NeverRight:  c.FirstRight[steps].puzzles(),
		Lost:        sum(c.FirstRight[:steps]).wrong(),
		Calibration: calibration(margins),
	}
}

// calibrationEdges are edges of bins of the margin.
var calibrationEdges = []float64{-8, -4, -2, -1, 0, 1, 2, 4, 8}

func calibration(byBin []tally) []MarginRange {
	var out []MarginRange
	var above *float64
	from := 0
	add := func(to int, upTo *float64) {
		t := sum(byBin[from:to])
		out = append(out, MarginRange{above, upTo, t.puzzles(), newShare(t.right(), t.puzzles())})
		above, from = upTo, to
	}
	for _, edge := range calibrationEdges {
		add(binsUpTo(edge), &edge)
	}
	add(len(byBin), nil)
	return out
}

func newShare(right, n int64) Share {
	return Share{right, ratio(right, n), Wilson(right, n), ClopperPearson(right, n)}
}

// ratio is 0 for a part of nothing.
func ratio(part, of int64) float64 { return float64(part) / float64(max(of, 1)) }
