package arc

import "fmt"

// Score is how many of the tasks a run solves.
type Score struct {
	Tasks, Inputs int // tasks, and test pairs in all
	// Silent is the number of test pairs without any vote, which count as unsolved.
	Silent int
	Pass   []Pass
}

// Pass is the score where a test pair is solved if its output is among the K best
// answers of [Votes.Ranking].
type Pass struct {
	K int
	// Mean is pass@K as TRM reports it: each task scores the fraction of its test
	// pairs that are solved, and the mean is over all tasks.
	Mean float64
	// Whole is the fraction of tasks of which every test pair is solved, which is how
	// HRM counts.
	Whole float64
}

// passKs is what the published evaluation reports.
var passKs = []int{1, 2, 5, 10, 100, 1000}

// Score returns pass@K for each of ks, or for 1, 2, 5, 10, 100 and 1000 if there are
// none. The empty grid takes the place of an answer where it has votes. A K below 1,
// and a test pair whose output is not known, are errors.
func (v *Votes) Score(ks ...int) (Score, error) {
	if len(ks) == 0 {
		ks = passKs
	}
	s := Score{Tasks: len(v.tasks), Pass: make([]Pass, len(ks))}
	for i, k := range ks {
		if k < 1 {
			return Score{}, fmt.Errorf("arc: pass@%d, want 1 or more", k)
		}
		s.Pass[i].K = k
	}
	for i := range v.tasks {
		if err := v.score(&s, &v.tasks[i]); err != nil {
			return Score{}, err
		}
	}
	for i := range s.Pass {
		if s.Tasks > 0 {
			s.Pass[i].Mean /= float64(s.Tasks)
			s.Pass[i].Whole /= float64(s.Tasks)
		}
	}
	return s, nil
}

// score adds a task.
func (v *Votes) score(s *Score, t *Task) error {
	solved := make([]int, len(s.Pass))
	for test, p := range t.Test {
		if !p.Known() {
			return fmt.Errorf("arc: task %.60q: the output of test pair %d is not known", t.ID, test)
		}
		ranking := v.ballot[t.ID].ranking(test)
		s.Inputs++
		if len(ranking) == 0 {
			s.Silent++
		}
		rank := place(ranking, p.Output)
		for i, pass := range s.Pass {
			if rank < min(pass.K, len(ranking)) {
				solved[i]++
			}
		}
	}
	for i, n := range solved {
		s.Pass[i].Mean += float64(n) / float64(len(t.Test))
		if n == len(t.Test) {
			s.Pass[i].Whole++
		}
	}
	return nil
}

// place returns where an answer stands in a ranking, from 0, or the ranking's length.
func place(ranking []Vote, answer Grid) int {
	for i, v := range ranking {
		if v.Answer.Equal(answer) {
			return i
		}
	}
	return len(ranking)
}
