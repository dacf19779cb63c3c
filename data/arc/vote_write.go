package arc

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"github.com/rereadml/reread/internal/atomicfile"
)

// votesVersion is the version of the files of votes.
const votesVersion = 1

// SaveVotes creates or replaces the file of [WriteVotes] in one step.
func SaveVotes(path string, v *Votes) error {
	if err := atomicfile.Write(path, func(w io.Writer) error { return WriteVotes(w, v) }); err != nil {
		return fmt.Errorf("arc: %s: %w", path, err)
	}
	return nil
}

// WriteVotes writes votes, as a shard hands them to the one that merges, in JSON:
//
//	version  1
//	run      its name
//	tasks    SHA-256, in hexadecimal digits, of the IDs and test inputs of the tasks
//	indices  [[FROM, TO], ...]: the predictions that have voted, FROM to TO-1 each
//	votes    {ID: [[VOTE, ...], ...], ...}: an array for each distinct test input
//
// in this order, and each vote as
//
//	answer  the grid; [] for the empty one
//	count   how many predictions gave it
//	sum     of their sigmoid(q_halt), each rounded to a multiple of 2^-32, times 2^32
//	first   the least index of theirs
//
// Equal votes have equal bytes, in whatever order they were added.
func WriteVotes(w io.Writer, v *Votes) error {
	out := bufio.NewWriter(w)
	run, err := json.Marshal(v.run)
	if err != nil {
		return fmt.Errorf("arc: run %.60q: %w", v.run, err)
	}
	fmt.Fprintf(out, "{\"version\":%d,\n\"run\":%s,\n\"tasks\":\"%s\",\n", votesVersion, run, hex.EncodeToString(v.digest[:]))
	out.Write(v.seen.appendJSON([]byte(`"indices":`)))
	out.WriteString(",\n\"votes\":") // all errors are the one of Flush
	err = writeTasks(out, byID(v.tasks), func(b []byte, t *Task) ([]byte, error) {
		return v.ballot[t.ID].appendJSON(b), nil
	})
	if err != nil {
		return err
	}
	out.WriteString("}\n")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("arc: write votes: %w", err)
	}
	return nil
}

func (s spans) appendJSON(b []byte) []byte {
	b = append(b, '[')
	for i, e := range s {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, "[%d,%d]", e.from, e.to)
	}
	return append(b, ']')
}

func (t *taskBallots) appendJSON(b []byte) []byte {
	b = append(b, '[')
	for i, ballot := range t.ballots {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '[')
		for k, v := range ballot.ranking() {
			if k > 0 {
				b = append(b, ',')
			}
			b = v.appendJSON(b)
		}
		b = append(b, ']')
	}
	return append(b, ']')
}

func (v Vote) appendJSON(b []byte) []byte {
	b = append(b, `{"answer":`...)
	if v.Answer.Rows == 0 {
		b = append(b, "[]"...)
	} else {
		b = v.Answer.appendJSON(b)
	}
	b = strconv.AppendInt(append(b, `,"count":`...), int64(v.Count), 10)
	b = strconv.AppendUint(append(b, `,"sum":`...), v.sum, 10)
	b = strconv.AppendInt(append(b, `,"first":`...), int64(v.First), 10)
	return append(b, '}')
}
