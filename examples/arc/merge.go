package main

import (
	"flag"
	"fmt"

	"github.com/rereadml/reread/data/arc"
	"github.com/rereadml/reread/internal/command"
)

const mergeUsage = `usage: arc merge [FLAGS] FILE...

Puts the votes together that eval stored of parts of one set of tasks, and shows what
eval would have shown of all of it.
`

func (p *program) merge(args []string) error {
	fs := flag.NewFlagSet("arc merge", flag.ContinueOnError)
	var s source
	var out outputs
	s.flags(fs)
	out.flags(fs)
	if err := command.Parse(fs, args, len(args), mergeUsage, p.stdout); err != nil {
		return err
	}
	if fs.NArg() == 0 {
		return command.BadInput("merge: the files are missing")
	}
	if err := out.check(); err != nil {
		return err
	}
	set, err := s.open()
	if err != nil {
		return err
	}
	defer set.Close()
	votes, err := loadVotes(set, fs.Args())
	if err != nil {
		return err
	}
	asked, err := questions(set, func(int) bool { return true })
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s, %s\n", command.Count(len(set.Tasks), "task"), command.Count(votes.Len(), "vote"))
	if missing := len(asked) - votes.Len(); missing > 0 {
		fmt.Fprintf(p.stdout, "parts are missing: %d of %s have no vote, as if all their answers were wrong\n", missing, command.Count(len(asked), "row"))
	}
	return out.write(p.stdout, votes, set, false)
}

// loadVotes reads the votes of one run.
func loadVotes(set *arc.Set, paths []string) (*arc.Votes, error) {
	all, err := arc.LoadVotes(paths[0], set.Tasks, set.Canvas)
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	for _, path := range paths[1:] {
		part, err := arc.LoadVotes(path, set.Tasks, set.Canvas)
		if err != nil {
			return nil, command.AsBadInput(err)
		}
		if err := all.Merge(part); err != nil {
			return nil, command.BadInput("%s: %w", path, err)
		}
	}
	return all, nil
}
