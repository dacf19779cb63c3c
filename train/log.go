package train

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/rereadml/reread/internal/atomicfile"
)

// Log writes how a run goes, a JSON object on a line of its own after every so
// many steps: the step, the seconds that the run took so far and the metrics,
// averaged over the steps since the line before. Each line is written by one
// call.
type Log struct {
	w     io.Writer
	file  *os.File // what w is, if OpenLog made the log
	every uint64
	spent time.Duration // before this part of the run
	last  Report
	since window
}

// NewLog returns a log on w with a line after every so many steps.
func NewLog(w io.Writer, every uint64) *Log { return &Log{w: w, every: max(every, 1)} }

// OpenLog opens the log file of a run of which the given number of steps is
// done, or makes it. Lines of later steps, which the run will do again, are
// dropped, and so is half a line that a killed run left. The times in the log
// go on from those in the file. Close closes it.
func OpenLog(path string, every, steps uint64) (*Log, error) {
	spent, err := trimLog(path, steps)
	if err != nil {
		return nil, fmt.Errorf("train: log: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return nil, fmt.Errorf("train: log: %w", err)
	}
	l := NewLog(f, every)
	l.file, l.spent = f, spent
	return l, nil
}

// trimLog drops what OpenLog says from a file, if there is one, and returns
// the time on the last line that stays.
func trimLog(path string, steps uint64) (spent time.Duration, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	var kept []byte
	for line := range bytes.Lines(text) {
		var at struct {
			Step    *uint64 `json:"step"`
			Elapsed float64 `json:"elapsed"`
		}
		whole := bytes.HasSuffix(line, []byte("\n")) && json.Unmarshal(line, &at) == nil
		if !whole || at.Step == nil || *at.Step > steps {
			continue
		}
		kept = append(kept, line...)
		spent = time.Duration(at.Elapsed * float64(time.Second))
	}
	if len(kept) == len(text) {
		return spent, nil
	}
	return spent, atomicfile.WriteBytes(path, kept)
}

// OnStep is for [RunOptions].
func (l *Log) OnStep(r *Report) error {
	l.last = *r
	l.since.add(r)
	if r.Step%l.every != 0 && r.Step < r.Steps {
		return nil
	}
	return l.line()
}

// Flush writes a line for the steps that have none yet and hands the file to
// the disk. Done before each save of the checkpoint, the log lacks nothing that
// the checkpoint has.
func (l *Log) Flush() error {
	if l.since.steps > 0 {
		if err := l.line(); err != nil {
			return err
		}
	}
	if l.file == nil {
		return nil
	}
	if err := l.file.Sync(); err != nil {
		return fmt.Errorf("train: log: %w", err)
	}
	return nil
}

// line writes the averages since the line before.
func (l *Log) line() error {
	values := l.since.values(&l.last)
	l.since = window{}
	return l.Write(&l.last, values)
}

// Write writes a line with other values at the step of a report, such as those
// of an evaluation.
func (l *Log) Write(r *Report, values []Value) error {
	line := fmt.Appendf(nil, `{"step":%d,"elapsed":%.3f`, r.Step, (l.spent + r.Elapsed).Seconds())
	for _, v := range values {
		number, err := json.Marshal(v.Value)
		if err != nil {
			return fmt.Errorf("train: log: %s: %w", v.Name, err)
		}
		line = fmt.Appendf(line, ",%q:%s", v.Name, number)
	}
	if _, err := l.w.Write(append(line, "}\n"...)); err != nil {
		return fmt.Errorf("train: log: %w", err)
	}
	return nil
}

// Close closes the file of OpenLog.
func (l *Log) Close() error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}

// window sums the reports of a few steps.
type window struct {
	steps    int
	sum      Metrics
	gradNorm float64
}

func (w *window) add(r *Report) {
	w.steps++
	w.sum.add(&r.Metrics)
	w.gradNorm += r.GradNorm
}

// values returns the averages over the window, which ends at the report last.
func (w *window) values(last *Report) []Value {
	n := float64(w.steps)
	mean := *last
	mean.Metrics, mean.BatchSize, mean.GradNorm = w.sum, w.steps*last.BatchSize, w.gradNorm/n
	values := mean.Values()
	for i := range values {
		if values[i].Name == "train/count" { // the only one that Values does not divide
			values[i].Value /= n
		}
	}
	return values
}
