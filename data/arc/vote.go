package arc

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	// MaxPredictions is how many predictions a run may have. So many sums of
	// confidences fit into 64 bits.
	MaxPredictions = 1<<31 - 1
	// maxRun is the most bytes of the name of a run.
	maxRun = 4096
)

// Prediction is a model's answer to a test input of an augmented task.
type Prediction struct {
	// Index is the prediction's place in its run, such as the row of the data set
	// that it is of: a number of its own from 0 up, below [MaxPredictions].
	Index int
	// ID is the puzzle identifier, which names the task and the transform.
	ID string
	// Input and Answer are rows of tokens [Canvas.SeqLen].
	Input, Answer []int32
	// Halt is the logit q_halt: how sure the model is of its answer.
	Halt float32
}

// Votes collects the predictions of a run and counts, for each test input, the votes
// for each distinct answer, as the published evaluation of TRM does (its evaluator
// ARC): prediction and input are cropped, the augmentation is undone, and the input
// tells which test pair the answer is for. What the votes come to depends on neither
// the order of [Votes.Add] nor the way in which a run is split into shards.
//
// Predictions of several evaluations of a model, which the published evaluation adds
// up unless told otherwise, are one run if the indices go on; each set of votes is
// otherwise of one evaluation.
//
// Votes must not be used by several goroutines at once.
type Votes struct {
	canvas Canvas
	run    string
	tasks  []Task
	digest [sha256.Size]byte
	ballot map[string]*taskBallots
	seen   spans // indices of the predictions that have voted
}

// taskBallots has a ballot for each distinct test input of a task: test pairs of equal
// inputs share theirs.
type taskBallots struct {
	ballots []ballot
	byInput map[[sha256.Size]byte]int
	ofTest  []int
}

// NewVotes returns the empty votes on the test pairs of tasks, which must not be
// changed from here on. The canvas is that of the predictions. The run is a text that
// names what the predictions are of, such as the digests of a checkpoint and of a data
// set: only votes of equal runs can be merged. Tasks that [Task.Check] turns down or
// that have no test pairs, and two of one ID, are an error.
func NewVotes(tasks []Task, c Canvas, run string) (*Votes, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if len(run) > maxRun || !utf8.ValidString(run) {
		return nil, fmt.Errorf("arc: the name of the run must be UTF-8 of %d bytes at most", maxRun)
	}
	v := &Votes{canvas: c, run: run, tasks: slices.Clone(tasks), ballot: make(map[string]*taskBallots, len(tasks))}
	for i := range v.tasks {
		t := &v.tasks[i]
		if err := t.Check(); err != nil {
			return nil, err
		}
		if len(t.Test) == 0 {
			return nil, fmt.Errorf("arc: task %.60q: no test pairs to vote on", t.ID)
		}
		if v.ballot[t.ID] != nil {
			return nil, fmt.Errorf("arc: task %.60q twice", t.ID)
		}
		v.ballot[t.ID] = newTaskBallots(t)
	}
	v.digest = digest(v.tasks)
	return v, nil
}

func newTaskBallots(t *Task) *taskBallots {
	b := &taskBallots{byInput: make(map[[sha256.Size]byte]int)}
	for _, p := range t.Test {
		h := p.Input.Hash()
		k, ok := b.byInput[h]
		if !ok {
			k = len(b.ballots)
			b.byInput[h] = k
			b.ballots = append(b.ballots, ballot{})
		}
		b.ofTest = append(b.ofTest, k)
	}
	return b
}

// digest returns a SHA-256 of what votes are cast on: the IDs and test inputs of
// tasks, whose order does not count. Outputs are not in it, so that votes may be
// counted before these are known.
func digest(tasks []Task) [sha256.Size]byte {
	h := sha256.New()
	for _, t := range byID(tasks) {
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(t.ID))))
		h.Write([]byte(t.ID))
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(t.Test))))
		for _, p := range t.Test {
			input := p.Input.Hash()
			h.Write(input[:])
		}
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// byID returns the tasks in the order of their IDs.
func byID(tasks []Task) []Task {
	return slices.SortedFunc(slices.Values(tasks), func(a, b Task) int { return strings.Compare(a.ID, b.ID) })
}

// Run returns the name of the run.
func (v *Votes) Run() string { return v.run }

// Len returns the number of predictions that have voted.
func (v *Votes) Len() int { return v.seen.len() }

// Add has a prediction vote. An index that is out of range or has voted, an identifier
// that is of none of the tasks, rows of another length than the canvas has, an input
// that is none of the task's test inputs, and a logit that is not a number are errors;
// the votes are then as they were.
//
// Answers that have no colour in their first cell are cropped to the empty grid. It
// votes like any other, as in the published evaluation, but is never submitted; see
// [WriteSubmission].
func (v *Votes) Add(p Prediction) error {
	if err := v.add(p); err != nil {
		return fmt.Errorf("arc: prediction %d of puzzle %.60q: %w", p.Index, p.ID, err)
	}
	return nil
}

func (v *Votes) add(p Prediction) error {
	if p.Index < 0 || p.Index >= MaxPredictions {
		return fmt.Errorf("want an index of 0 to %d", MaxPredictions-1)
	}
	if math.IsNaN(float64(p.Halt)) {
		return errors.New("the halting logit is not a number")
	}
	for _, row := range [][]int32{p.Input, p.Answer} {
		if len(row) != v.canvas.SeqLen() {
			return fmt.Errorf("a row of %d tokens, want %d", len(row), v.canvas.SeqLen())
		}
	}
	id, transform, err := ParseID(p.ID)
	if err != nil {
		return err
	}
	task, ok := v.ballot[id]
	if !ok {
		return errors.New("not one of the tasks")
	}
	k, ok := task.byInput[transform.Undo(v.canvas.Crop(p.Input)).Hash()]
	if !ok {
		return errors.New("the input is none of the task's test inputs")
	}
	seen, ok := v.seen.add(p.Index)
	if !ok {
		return errors.New("it has voted already")
	}
	v.seen = seen
	task.ballots[k].add(Vote{
		Answer: transform.Undo(v.canvas.Crop(p.Answer)), Count: 1, First: p.Index, sum: fixed(p.Halt),
	})
	return nil
}

// Ranking returns the distinct answers to a test pair, the best first: the answer of
// more votes, of these that of the higher mean confidence, of these that of the
// prediction of the least index. It is empty where there are no votes. The grids must
// not be changed. A task or a test pair that there is not is an error.
func (v *Votes) Ranking(task string, test int) ([]Vote, error) {
	t, ok := v.ballot[task]
	if !ok {
		return nil, fmt.Errorf("arc: no task %.60q to vote on", task)
	}
	if test < 0 || test >= len(t.ofTest) {
		return nil, fmt.Errorf("arc: task %.60q: test pair %d of %d", task, test, len(t.ofTest))
	}
	return t.ranking(test), nil
}

func (t *taskBallots) ranking(test int) []Vote { return t.ballots[t.ofTest[test]].ranking() }
