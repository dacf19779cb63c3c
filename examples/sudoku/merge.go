package main

import (
	"flag"

	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/train/eval"
)

const mergeUsage = `usage: sudoku merge [FLAGS] FILE...

Puts the results together that eval stored of parts of one set, and shows what
eval would have shown of all of it.
`

func (p *program) merge(args []string) error {
	fs := flag.NewFlagSet("sudoku merge", flag.ContinueOnError)
	output := newOutputFlags(fs)
	fs.StringVar(&output.against, "against", "", "compare with the stored result in this `file`")
	if err := command.Parse(fs, args, len(args), mergeUsage, p.stdout); err != nil {
		return err
	}
	if fs.NArg() == 0 {
		return command.BadInput("merge: the files are missing")
	}
	if err := output.check(); err != nil {
		return err
	}
	all, err := mergeFiles(fs.Args())
	if err != nil {
		return err
	}
	var other *contender
	if output.against != "" {
		if other, err = storedContender(output.against); err != nil {
			return err
		}
	}
	if err := output.store(all.result); err != nil {
		return err
	}
	return output.write(p.stdout, all, other)
}

// mergeFiles merges results that parts of one set left.
func mergeFiles(files []string) (*contender, error) {
	all, err := storedContender(files[0])
	if err != nil {
		return nil, err
	}
	for _, file := range files[1:] {
		part, err := eval.Load(file)
		if err != nil {
			return nil, command.AsBadInput(err)
		}
		if err := all.result.Merge(part); err != nil {
			return nil, command.BadInput("%s: %w", file, err)
		}
	}
	return all, nil
}
