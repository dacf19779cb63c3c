package arc

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// LoadVotes reads a file of votes; see [ReadVotes].
func LoadVotes(path string, tasks []Task, c Canvas) (v *Votes, err error) {
	err = open(path, func(r io.Reader) error {
		v, err = ReadVotes(r, path, tasks, c)
		return err
	})
	return v, err
}

// ReadVotes reads what [WriteVotes] wrote of votes on the same tasks, whose order may
// be another. Arguments are as in [NewVotes], and more predictions can be added.
// Another version, votes on other tasks, unknown, missing or misplaced keys, and
// votes that do not add up are errors, which name name and place. Data that begin as
// gzip are decompressed. The input is streamed, and memory is in proportion to it.
func ReadVotes(r io.Reader, name string, tasks []Task, c Canvas) (*Votes, error) {
	v, err := NewVotes(tasks, c, "")
	if err != nil {
		return nil, err
	}
	if err := readDocument(r, name, (&votesReader{Votes: v}).read); err != nil {
		return nil, err
	}
	return v, nil
}

// votesReader reads a file of votes.
type votesReader struct {
	*Votes
	left   int          // predictions whose votes are to come
	firsts map[int]bool // the least indices of the answers so far
}

func (r *votesReader) read(d *document) error {
	return record(d, []string{"version", "run", "tasks", "indices", "votes"}, func(key string) error {
		switch key {
		case "version":
			return readVersion(d)
		case "run":
			return r.readRun(d)
		case "tasks":
			return r.readDigest(d)
		case "indices":
			return r.readIndices(d)
		}
		return r.readVotes(d)
	})
}

// record hands the keys of an object to field, which takes their values. They must be
// the given ones in the given order.
func record(d *document, keys []string, field func(key string) error) error {
	i := 0
	err := d.object(func(key string) error {
		if i == len(keys) {
			return fmt.Errorf("unknown key %.60q", key)
		}
		if key != keys[i] {
			return fmt.Errorf("want key %q, found %.60q", keys[i], key)
		}
		i++
		return field(key)
	})
	if err == nil && i < len(keys) {
		return fmt.Errorf("key %q is missing", keys[i])
	}
	return err
}

// readNumber takes a whole number of 0 to most.
func readNumber(d *document, what string, most uint64) (uint64, error) {
	var raw json.RawMessage
	if err := d.decode(&raw); err != nil {
		return 0, err
	}
	n, err := strconv.ParseUint(string(raw), 10, 64)
	if err != nil || n > most {
		return 0, fmt.Errorf("%s: want a whole number of 0 to %d, found %.60s", what, most, raw)
	}
	return n, nil
}

func readString(d *document) (string, error) {
	t, err := d.token()
	if err != nil {
		return "", err
	}
	s, ok := t.(string)
	if !ok {
		return "", fmt.Errorf("want a string, found %.60q", fmt.Sprint(t))
	}
	return s, nil
}

func readVersion(d *document) error {
	var raw json.RawMessage
	if err := d.decode(&raw); err != nil {
		return err
	}
	if string(raw) != strconv.Itoa(votesVersion) {
		return fmt.Errorf("votes of version %.60s, want %d", raw, votesVersion)
	}
	return nil
}

func (r *votesReader) readRun(d *document) (err error) {
	r.run, err = readString(d)
	if err == nil && len(r.run) > maxRun {
		err = errors.New("too long")
	}
	if err != nil {
		return fmt.Errorf("run: %w", err)
	}
	return nil
}

func (r *votesReader) readDigest(d *document) error {
	s, err := readString(d)
	if err != nil {
		return fmt.Errorf("tasks: %w", err)
	}
	if s != hex.EncodeToString(r.digest[:]) {
		return errors.New("the votes are on other tasks")
	}
	return nil
}

func (r *votesReader) readIndices(d *document) error {
	err := d.array(func(int) error {
		var e span
		if err := e.read(d); err != nil {
			return err
		}
		if n := len(r.seen); n > 0 && e.from <= r.seen[n-1].to {
			return fmt.Errorf("%d does not come after %d", e.from, r.seen[n-1].to)
		}
		r.seen = append(r.seen, e)
		return nil
	})
	if err != nil {
		return fmt.Errorf("indices: %w", err)
	}
	return nil
}

func (e *span) read(d *document) error {
	var ends []uint64
	err := d.array(func(i int) error {
		if i == 2 {
			return errors.New("want two numbers, found more")
		}
		n, err := readNumber(d, "index", MaxPredictions)
		ends = append(ends, n)
		return err
	})
	if err != nil {
		return err
	}
	if len(ends) < 2 || ends[0] >= ends[1] {
		return fmt.Errorf("%d is not the two ends of a range", ends)
	}
	e.from, e.to = int(ends[0]), int(ends[1])
	return nil
}

func (r *votesReader) readVotes(d *document) error {
	r.left, r.firsts = r.seen.len(), make(map[int]bool)
	err := d.object(func(id string) error {
		t, ok := r.ballot[id]
		if !ok {
			return fmt.Errorf("there is no task %.60q", id)
		}
		if err := r.readTask(d, t); err != nil {
			return fmt.Errorf("task %.60q: %w", id, err)
		}
		return nil
	})
	if err == nil && r.left > 0 {
		err = fmt.Errorf("%d fewer than there are indices", r.left)
	}
	if err != nil {
		return fmt.Errorf("votes: %w", err)
	}
	return nil
}

func (r *votesReader) readTask(d *document, t *taskBallots) error {
	n := 0
	err := d.array(func(i int) error {
		if n++; n > len(t.ballots) {
			return fmt.Errorf("more than %d test inputs", len(t.ballots))
		}
		err := d.array(func(int) error {
			return r.readVote(d, &t.ballots[i])
		})
		if err != nil {
			return fmt.Errorf("test input %d: %w", i, err)
		}
		return nil
	})
	if err == nil && n < len(t.ballots) {
		err = fmt.Errorf("%d test inputs, want %d", n, len(t.ballots))
	}
	return err
}

func (r *votesReader) readVote(d *document, b *ballot) error {
	var v Vote
	err := record(d, []string{"answer", "count", "sum", "first"}, func(key string) (err error) {
		var n uint64
		switch key {
		case "answer":
			v.Answer, err = readAnswer(d)
		case "count":
			n, err = readNumber(d, key, MaxPredictions)
			v.Count = int(n)
		case "sum":
			v.sum, err = readNumber(d, key, one*MaxPredictions)
		case "first":
			n, err = readNumber(d, key, MaxPredictions-1)
			v.First = int(n)
		}
		return err
	})
	if err == nil {
		err = r.check(v, *b)
	}
	if err != nil {
		return fmt.Errorf("vote %d: %w", len(*b), err)
	}
	b.add(v)
	r.left -= v.Count
	r.firsts[v.First] = true
	return nil
}

// check reports votes that no predictions can have cast.
func (r *votesReader) check(v Vote, b ballot) error {
	_, had := b[v.Answer.Hash()]
	switch {
	case had:
		return errors.New("the answer comes twice")
	case v.Count < 1:
		return errors.New("count is 0")
	case v.Count > r.left:
		return errors.New("more than there are indices")
	case v.sum > one*uint64(v.Count):
		return fmt.Errorf("sum %d is more than %d votes can have", v.sum, v.Count)
	case !r.seen.has(v.First):
		return fmt.Errorf("first %d is not among the indices", v.First)
	case r.firsts[v.First]:
		return fmt.Errorf("first %d comes twice", v.First)
	}
	return nil
}

// readAnswer takes a grid, which may be the empty one.
func readAnswer(d *document) (g Grid, err error) {
	var raw json.RawMessage
	if err := d.decode(&raw); err != nil {
		return Grid{}, err
	}
	if inner, ok := bytes.CutPrefix(raw, []byte("[")); ok && string(bytes.TrimSpace(inner)) == "]" {
		return Grid{}, nil
	}
	if err := g.UnmarshalJSON(raw); err != nil {
		return Grid{}, fmt.Errorf("answer: %w", err)
	}
	return g, nil
}
