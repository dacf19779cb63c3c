package arc

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/rereadml/reread/internal/atomicfile"
)

// SaveChallenges creates or replaces the two files of tasks that [Load] reads from
// path, which ends in _challenges.json: that of [WriteSolutions], and then that of
// [WriteChallenges], each in one step.
func SaveChallenges(path string, tasks []Task) error {
	prefix, ok := strings.CutSuffix(path, challengesSuffix)
	if !ok {
		return fmt.Errorf("arc: %s: want a name that ends in %s", path, challengesSuffix)
	}
	for _, file := range []struct {
		path  string
		write func(io.Writer, []Task) error
	}{{prefix + solutionsSuffix, WriteSolutions}, {path, WriteChallenges}} {
		err := atomicfile.Write(file.path, func(w io.Writer) error { return file.write(w, tasks) })
		if err != nil {
			return fmt.Errorf("arc: %s: %w", file.path, err)
		}
	}
	return nil
}

// WriteChallenges writes the tasks without their test outputs, as [ReadChallenges]
// reads them. What that would turn down is an error.
func WriteChallenges(w io.Writer, tasks []Task) error {
	return writeTasks(w, tasks, func(b []byte, t *Task) ([]byte, error) {
		return t.appendJSON(b, Pair.appendInput), nil
	})
}

// WriteSolutions writes the test outputs of the tasks, as [ReadSolutions] reads them.
// One that is not known is an error.
func WriteSolutions(w io.Writer, tasks []Task) error {
	return writeTasks(w, tasks, func(b []byte, t *Task) ([]byte, error) {
		b = append(b, '[')
		for i, p := range t.Test {
			if !p.Known() {
				return nil, fmt.Errorf("the output of test pair %d is not known", i)
			}
			if i > 0 {
				b = append(b, ',')
			}
			b = p.Output.appendJSON(b)
		}
		return append(b, ']'), nil
	})
}

// writeSolved writes the tasks with their test outputs, as the published evaluation
// and [ReadChallenges] read them.
func writeSolved(w io.Writer, tasks []Task) error {
	return writeTasks(w, tasks, func(b []byte, t *Task) ([]byte, error) {
		return t.appendJSON(b, Pair.appendBoth), nil
	})
}

// writeTasks writes an object of what value appends for each task, a line each.
func writeTasks(w io.Writer, tasks []Task, value func(b []byte, t *Task) ([]byte, error)) error {
	out := bufio.NewWriter(w)
	seen := make(map[string]bool, len(tasks))
	b := []byte("{")
	for i := range tasks {
		t := &tasks[i]
		if err := t.Check(); err != nil {
			return err
		}
		if seen[t.ID] {
			return fmt.Errorf("arc: task %.60q twice", t.ID)
		}
		seen[t.ID] = true
		if i > 0 {
			b = append(b, ",\n"...)
		}
		id, err := json.Marshal(t.ID)
		if err != nil {
			return fmt.Errorf("arc: task %.60q: %w", t.ID, err)
		}
		b = append(append(b, id...), ':')
		if b, err = value(b, t); err != nil {
			return fmt.Errorf("arc: task %.60q: %w", t.ID, err)
		}
		out.Write(b) // its error is the one of Flush
		b = b[:0]
	}
	out.Write(append(b, "}\n"...))
	if err := out.Flush(); err != nil {
		return fmt.Errorf("arc: write tasks: %w", err)
	}
	return nil
}

// appendJSON appends a task, its test pairs as pair has them.
func (t *Task) appendJSON(b []byte, pair func(Pair, []byte) []byte) []byte {
	b = appendPairs(append(b, `{"train":`...), t.Train, Pair.appendBoth)
	b = appendPairs(append(b, `,"test":`...), t.Test, pair)
	return append(b, '}')
}

func appendPairs(b []byte, pairs []Pair, pair func(Pair, []byte) []byte) []byte {
	b = append(b, '[')
	for i, p := range pairs {
		if i > 0 {
			b = append(b, ',')
		}
		b = pair(p, b)
	}
	return append(b, ']')
}

func (p Pair) appendInput(b []byte) []byte {
	b = p.Input.appendJSON(append(b, `{"input":`...))
	return append(b, '}')
}

func (p Pair) appendBoth(b []byte) []byte {
	b = p.Input.appendJSON(append(b, `{"input":`...))
	b = p.output().appendJSON(append(b, `,"output":`...))
	if !p.Known() {
		b = append(b, `,"unknown":true`...)
	}
	return append(b, '}')
}

// output returns the output, or what stands for it in data set folders where it is
// not known.
func (p Pair) output() Grid {
	if !p.Known() {
		return Grid{Rows: 1, Cols: 1, Cells: []uint8{0}}
	}
	return p.Output
}
