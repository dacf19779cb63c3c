package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/nn"
)

const infoUsage = `usage: checkpoint info [FLAGS] FILE...

Shows the model that a file holds, its configuration and its tensors.
`

func info(args []string, stdout io.Writer) error {
	fs := flag.NewFlagSet("checkpoint info", flag.ContinueOnError)
	config := configFlag(fs)
	files, err := parse(fs, args, stdout, infoUsage, 1, math.MaxInt)
	if err != nil {
		return err
	}
	for i, path := range files {
		if i > 0 {
			fmt.Fprintln(stdout)
		}
		if err := infoOf(path, *config, stdout); err != nil {
			return err
		}
	}
	return nil
}

func infoOf(path, configPath string, stdout io.Writer) error {
	f, err := open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "file\t%s\nmodel\t%s\n", path, modelOf(f, configPath))
	var list strings.Builder
	numbers, parameters := 0, 0
	for _, name := range f.Names() {
		t, _ := f.Info(name)
		numbers += t.Elements()
		if isParameter(name) {
			parameters += t.Elements()
		}
		fmt.Fprintf(&list, "%s\t%s %v\n", name, t.DType, t.Shape)
	}
	fmt.Fprintf(w, "parameters\t%d\ntensors\t%d, %d numbers\n\n%s", parameters, len(f.Names()), numbers, list.String())
	return w.Flush()
}

// modelOf shows the model and its configuration, or why they are not known.
func modelOf(f *reread.File, configPath string) string {
	cfg, err := config(f, configPath)
	if err != nil {
		return fmt.Sprint("unknown: ", err)
	}
	d, err := cfg.Design()
	if err != nil {
		return fmt.Sprint("unknown: ", err)
	}
	text, err := json.Marshal(cfg)
	if err != nil {
		return fmt.Sprint("unknown: ", err)
	}
	return fmt.Sprintf("%s\nconfiguration\t%s", d.Kind, text)
}

// isParameter tells what is trained by gradients from initial states, the puzzle
// embedding and the state of a run.
func isParameter(name string) bool {
	short := nn.TrimPrefix(name)
	return !strings.HasSuffix(short, "_init") && short != "puzzle_emb.weights" && !strings.HasPrefix(name, nn.TrainPrefix)
}
