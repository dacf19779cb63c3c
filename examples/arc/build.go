package main

import (
	"flag"
	"fmt"
	"strings"

	"github.com/rereadml/reread/data/arc"
	"github.com/rereadml/reread/internal/command"
)

const buildUsage = `usage: arc build -out DIR [-train PATH]... [-test PATH]... [FLAGS]

Writes tasks with augmentations as a data set folder, which train and eval read and the
published code too. A PATH is a file of tasks of the competitions, as
arc-agi_evaluation_challenges.json with its solutions beside it, the file of one task,
or a folder of files of one task each. All pairs of -train tasks are trained on; of
-test tasks only those that show the rule, and the others are what a model is evaluated
on. Without either, the tasks to be solved are those that this program makes.
`

// pathList is a flag that may be given several times.
type pathList []string

func (l *pathList) String() string { return strings.Join(*l, " ") }

func (l *pathList) Set(path string) error {
	*l = append(*l, path)
	return nil
}

func (p *program) build(args []string) error {
	fs := flag.NewFlagSet("arc build", flag.ContinueOnError)
	var s source
	var trainPaths, testPaths pathList
	out := fs.String("out", "", "`folder` to write, made if need be")
	fs.Var(&trainPaths, "train", "`path` of tasks to train on; may come several times")
	fs.Var(&testPaths, "test", "`path` of tasks to be solved; may come several times")
	s.shapeFlags(fs)
	if err := command.Parse(fs, args, 0, buildUsage, p.stdout); err != nil {
		return err
	}
	if *out == "" {
		return command.BadInput("build: -out is missing")
	}
	if err := s.check(); err != nil {
		return err
	}
	made := len(trainPaths)+len(testPaths) == 0
	if !made && s.Side == 0 {
		s.Side = arc.MaxSide
	}
	train, err := loadAll(trainPaths)
	if err != nil {
		return err
	}
	test, err := loadAll(testPaths)
	if err != nil {
		return err
	}
	if made {
		test = makeTasks(s.Seed, s.Tasks)
	}
	c, err := newCorpus(train, test, &s)
	if err != nil {
		return err
	}
	if err := c.WriteFolder(*out); err != nil {
		return err
	}
	set := c.Set()
	_, err = fmt.Fprintf(p.stdout, "%s: %s to train on, %s to be solved, %s\n", *out,
		command.Count(len(train)+len(test), "task"), command.Count(len(test), "task"), command.Count(len(set.Identifiers)-1, "puzzle identifier"))
	return err
}

func loadAll(paths []string) ([]arc.Task, error) {
	var all []arc.Task
	for _, path := range paths {
		tasks, err := arc.Load(path)
		if err != nil {
			return nil, command.AsBadInput(err)
		}
		all = append(all, tasks...)
	}
	return all, nil
}
