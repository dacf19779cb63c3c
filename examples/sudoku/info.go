package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/filelock"
	"github.com/rereadml/reread/internal/trainrun"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/train"
)

const infoUsage = `usage: sudoku info FILE|FOLDER

Shows what a weights file holds, or how far the run in a folder is.
`

func (p *program) info(args []string) error {
	fs := flag.NewFlagSet("sudoku info", flag.ContinueOnError)
	if err := command.Parse(fs, args, 1, infoUsage, p.stdout); err != nil {
		return err
	}
	if fs.NArg() == 0 {
		return command.BadInput("info: the file or folder is missing")
	}
	path := fs.Arg(0)
	stat, err := os.Stat(path)
	if err != nil {
		return command.AsBadInput(err)
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	if stat.IsDir() {
		err = folderInfo(w, runFolder(path))
	} else {
		err = weightsInfo(w, path)
	}
	return errors.Join(err, w.Flush())
}

// weightsInfo shows a weights file or a checkpoint.
func weightsInfo(w io.Writer, path string) error {
	f, err := reread.Open(path)
	if err != nil {
		return command.AsBadInput(err)
	}
	defer f.Close()
	kind, config := nn.FileModel(f)
	if kind == "" {
		if kind, config, err = fileModel(f); err != nil {
			kind, config = "unknown", fmt.Append(nil, "unknown: ", err)
		}
	}
	fmt.Fprintf(w, "model\t%s\nconfiguration\t%s\n", kind, config)
	if cfg, err := f.Config(); err == nil {
		if m, err := readModel(f, cfg); err == nil { // a model of other puzzles can be shown, not made
			fmt.Fprintf(w, "parameters\t%d\n", m.Params().Count())
		}
	}
	p, err := train.FileProgress(f)
	if err != nil {
		return command.BadInput("%s: %w", path, err)
	}
	if p != nil {
		fmt.Fprintf(w, "checkpoint\tstep %d of %d\n", p.Step, p.Config.Steps)
	}
	if text, ok := f.Metadata()[metaScore]; ok {
		fmt.Fprintf(w, "evaluation\t%s\n", text)
	}
	numbers, count := 0, 0
	var list strings.Builder
	for _, name := range f.Names() {
		if strings.HasPrefix(name, nn.TrainPrefix) {
			continue
		}
		info, _ := f.Info(name)
		count++
		numbers += info.Elements()
		fmt.Fprintf(&list, "%s\t%s %v\n", nn.TrimPrefix(name), info.DType, info.Shape)
	}
	_, err = fmt.Fprintf(w, "tensors\t%d, %d numbers\n\n%s", count, numbers, list.String())
	return err
}

// folderInfo shows the folder of a run.
func folderInfo(w io.Writer, f runFolder) error {
	s, err := readSettings(f)
	if err != nil {
		return err
	}
	step, err := savedStep(f.file(trainrun.CheckpointFile))
	if err != nil {
		return err
	}
	holder, err := filelock.Holder(f.file(trainrun.LockFile))
	if err != nil {
		return err
	}
	state := "not running"
	if holder != nil {
		state = "at work: " + holder.String()
	}
	settings, err := json.Marshal(s.Train)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "model\t%s\nconfiguration\t%s\npreset\t%s\n", s.Model, compact(s.Arch), s.Preset)
	if s.Weights != "" {
		fmt.Fprintf(w, "begun from\t%s\n", s.Weights)
	}
	fmt.Fprintf(w, "training\t%s\npuzzles\t%s\n", settings, strings.Join(s.Data, ", "))
	fmt.Fprintf(w, "saved\t%s of %d\nstate\t%s\n", step, s.Train.Steps, state)
	return lastLines(w, f.file(trainrun.LogFile))
}

// savedStep returns the step of a checkpoint in words.
func savedStep(path string) (string, error) {
	f, err := safetensors.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "nothing", nil
	}
	if err != nil {
		return "", command.AsBadInput(err)
	}
	defer f.Close()
	p, err := train.FileProgress(f)
	if err != nil {
		return "", command.BadInput("%s: %w", path, err)
	}
	if p == nil {
		return "", command.BadInput("%s: not a checkpoint", path)
	}
	return fmt.Sprint("step ", p.Step), nil
}

// lastLines shows the last lines of a log, that of training and that of an
// evaluation.
func lastLines(w io.Writer, path string) error {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return command.AsBadInput(err)
	}
	for _, kind := range []struct{ title, key string }{{"log", `"train/lm_loss"`}, {"evaluation", `"all/exact_accuracy"`}} {
		var last []byte
		for line := range bytes.Lines(text) {
			if bytes.Contains(line, []byte(kind.key)) && bytes.HasSuffix(line, []byte("\n")) {
				last = line
			}
		}
		if last != nil {
			fmt.Fprintf(w, "%s\t%s", kind.title, last)
		}
	}
	return nil
}

func compact(text []byte) []byte {
	var b bytes.Buffer
	if json.Compact(&b, text) != nil {
		return text
	}
	return b.Bytes()
}
