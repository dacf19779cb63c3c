package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/rereadml/reread/data/arc"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/terminal"
	"github.com/rereadml/reread/nn"
)

const evalUsage = `usage: arc eval [FLAGS]

Has a model answer the test inputs of tasks in all their images, counts the votes as the
published evaluation does, and shows pass@K: the share of test inputs whose output is
among the K answers of most votes, averaged over the tasks.

The model must have been trained on these tasks, with as many augmentations: each image
is a puzzle identifier, whose row of the puzzle embedding says what its rule is. Only
the rows that are asked for are read of a large file. -shard does one part of the tasks,
whose votes go to a file; merge puts them together.
`

func (p *program) eval(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("arc eval", flag.ContinueOnError)
	var s source
	var part command.Shard
	s.flags(fs)
	path := fs.String("weights", "", "`file` of the model (default the one in this program)")
	steps := fs.Int("steps", 0, "supervision `steps` on each row (default the model's own)")
	precision := fs.String("precision", string(nn.FP32), "`type` of the passes: float32, bfloat16, int8 or fastest")
	fs.Var(&part, "shard", "do part `i/n` of the tasks alone")
	var out outputs
	out.flags(fs)
	if err := command.Parse(fs, args, 0, evalUsage, p.stdout); err != nil {
		return err
	}
	if *steps < 0 || part.Of > 0 && out.votes == "" {
		return command.BadInput("eval: -steps must not be negative, and -shard needs -votes")
	}
	if err := out.check(); err != nil {
		return err
	}
	set, err := s.open()
	if err != nil {
		return err
	}
	defer set.Close()
	w, err := openWeights(*path)
	if err != nil {
		return err
	}
	defer w.Close()
	asked, err := questions(set, part.Has)
	if err != nil {
		return err
	}
	if len(asked) == 0 {
		return command.BadInput("eval: there is nothing to be solved in the shard")
	}
	j, err := newJudge(w, set, asked)
	if err != nil {
		return err
	}
	if err := j.model.Pack(nn.Precision(*precision), false); err != nil {
		return fmt.Errorf("-precision: %w", command.AsBadInput(err))
	}
	j.steps = cmp.Or(*steps, j.model.Arch().HaltMaxSteps)
	run, err := runName(w, set, j.model, j.steps)
	if err != nil {
		return err
	}
	if j.votes, err = arc.NewVotes(set.Tasks, set.Canvas, run); err != nil {
		return command.AsBadInput(err)
	}
	j.done = p.rowsDone(len(asked))
	if err := j.vote(ctx, asked); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s, %s, %s, %s, %s\n", w.Name, command.Count(len(set.Tasks), "task"), command.Count(len(asked), "row"), j.model.Precision(), command.Count(j.steps, "step"))
	return out.write(p.stdout, j.votes, set, part.Of > 0)
}

// runName names what votes are of, so that only shards of one run are merged.
func runName(w *weights, set *arc.Set, m *nn.Model, steps int) (string, error) {
	digest, err := w.digest()
	if err != nil {
		return "", err
	}
	ids := sha256.Sum256([]byte(strings.Join(set.Identifiers, "\n")))
	return fmt.Sprintf("weights %s, identifiers %x, %s, %s", digest, ids, m.Precision(), command.Count(steps, "step")), nil
}

// rowsDone returns what shows on a terminal how far an evaluation is.
func (p *program) rowsDone(of int) func(n int) {
	if !terminal.Obeys(p.stderr) {
		return nil
	}
	return func(n int) {
		fmt.Fprintf(p.stderr, "\r%d of %d rows", n, of)
		if n == of {
			fmt.Fprint(p.stderr, "\r\x1b[K")
		}
	}
}

// outputs are the files that votes are stored in.
type outputs struct{ votes, submission string }

func (o *outputs) flags(fs *flag.FlagSet) {
	fs.StringVar(&o.votes, "votes", "", "`file` to store the votes in, for merge and show")
	fs.StringVar(&o.submission, "submission", "", "`file` to write the two best answers to, as competitions take them (submission.json)")
}

func (o *outputs) check() error {
	return cmp.Or(command.CheckOutput(o.votes), command.CheckOutput(o.submission))
}

// write stores votes and shows the scores; those of a shard say nothing of all tasks.
// What cannot be stored is shown all the same.
func (o *outputs) write(w io.Writer, votes *arc.Votes, set *arc.Set, part bool) error {
	var stored error
	if o.votes != "" {
		stored = arc.SaveVotes(o.votes, votes)
	}
	if part {
		return stored
	}
	if o.submission != "" {
		stored = errors.Join(stored, arc.SaveSubmission(o.submission, votes))
	}
	return errors.Join(stored, writeScores(w, votes, set))
}

// writeScores writes pass@K, if the outputs are known.
func writeScores(w io.Writer, votes *arc.Votes, set *arc.Set) error {
	for _, t := range set.Tasks {
		for _, p := range t.Test {
			if !p.Known() {
				_, err := fmt.Fprintln(w, "not all outputs are known: no scores")
				return err
			}
		}
	}
	score, err := votes.Score()
	if err != nil {
		return err
	}
	var out strings.Builder
	fmt.Fprintf(&out, "\n%8s %10s %14s\n", "attempts", "solved", "whole tasks")
	for _, pass := range score.Pass {
		fmt.Fprintf(&out, "%8d %8.1f %% %12.1f %%\n", pass.K, 100*pass.Mean, 100*pass.Whole)
	}
	fmt.Fprintf(&out, "\n%s, %s", command.Count(score.Tasks, "task"), command.Count(score.Inputs, "test input"))
	if score.Silent > 0 {
		fmt.Fprintf(&out, ", %d of them without an answer", score.Silent)
	}
	out.WriteByte('\n')
	_, err = io.WriteString(w, out.String())
	return err
}
