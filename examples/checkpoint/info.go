package main

import (
	"encoding/json"
	"errors"
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
	fs := flag.NewFlagSet("info", flag.ContinueOnError)
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
	fmt.Fprintf(w, "file\t%s\n", path)
	writeModel(w, f, configPath)
	var list strings.Builder
	numbers := 0
	for _, name := range f.Names() {
		t, _ := f.Info(name)
		numbers += t.Elements()
		fmt.Fprintf(&list, "%s\t%s %v\n", name, t.DType, t.Shape)
	}
	fmt.Fprintf(w, "tensors\t%d, %d numbers\n\n%s", len(f.Names()), numbers, list.String())
	return w.Flush()
}

// writeModel shows the model, or why it is not known.
func writeModel(w io.Writer, f *reread.File, configPath string) {
	cfg, err := config(f, configPath)
	var d *nn.Design
	if err == nil {
		d, err = cfg.Design()
	}
	if err != nil {
		fmt.Fprintf(w, "model\tunknown: %v\n", err)
		return
	}
	text, err := json.Marshal(cfg)
	if err = errors.Join(err); err != nil {
		text = []byte(err.Error())
	}
	fmt.Fprintf(w, "model\t%s\nconfiguration\t%s\n", d.Kind, text)
	m, err := reread.Read(f, cfg)
	if err != nil {
		fmt.Fprintf(w, "parameters\tunknown: %v\n", err)
		return
	}
	fmt.Fprintf(w, "parameters\t%d\n", m.Params().Count())
}
