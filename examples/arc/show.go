package main

import (
	"flag"
	"fmt"
	"slices"

	"github.com/rereadml/reread/data/arc"
	"github.com/rereadml/reread/internal/command"
)

const showUsage = `usage: arc show [FLAGS] [TASK...]

Draws tasks, all of them without names: the pairs that show the rule and the test inputs
with their outputs. With -votes the two best answers to each test input are drawn too; a
'!' is in each cell that is wrong.
`

func (p *program) show(args []string) error {
	fs := flag.NewFlagSet("arc show", flag.ContinueOnError)
	var s source
	s.flags(fs)
	stored := fs.String("votes", "", "`file` of votes that eval or merge stored")
	if err := command.Parse(fs, args, len(args), showUsage, p.stdout); err != nil {
		return err
	}
	set, err := s.open()
	if err != nil {
		return err
	}
	defer set.Close()
	var votes *arc.Votes
	if *stored != "" {
		if votes, err = loadVotes(set, []string{*stored}); err != nil {
			return err
		}
	}
	names := fs.Args()
	for _, name := range names {
		if !slices.ContainsFunc(set.Tasks, func(t arc.Task) bool { return t.ID == name }) {
			return command.BadInput("show: there is no task %q", name)
		}
	}
	for i := range set.Tasks {
		t := &set.Tasks[i]
		if len(names) > 0 && !slices.Contains(names, t.ID) {
			continue
		}
		if err := p.showTask(t, votes); err != nil {
			return err
		}
	}
	return nil
}

// showTask draws a task, with the best answers where there are votes.
func (p *program) showTask(t *arc.Task, votes *arc.Votes) error {
	fmt.Fprintf(p.stdout, "%s\n", t.ID)
	if err := drawRule(p.stdout, t, len(t.Train)); err != nil {
		return err
	}
	for i, pair := range t.Test {
		var answers []arc.Vote
		if votes != nil {
			var err error
			if answers, err = votes.Ranking(t.ID, i); err != nil {
				return err
			}
			answers = answers[:min(attempts, len(answers))]
			fmt.Fprintf(p.stdout, "test %d: %s\n", i+1, verdict(pair, answers))
		}
		if err := drawTest(p.stdout, t, i, answers); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(p.stdout)
	return err
}
