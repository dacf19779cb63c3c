package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/rereadml/reread/internal/atomicfile"
	"github.com/rereadml/reread/train/eval"
)

// outputFlags say what becomes of a result.
type outputFlags struct {
	json    bool
	file    string
	against string
}

func newOutputFlags(fs *flag.FlagSet) *outputFlags {
	f := new(outputFlags)
	fs.BoolVar(&f.json, "json", false, "write one JSON object")
	fs.StringVar(&f.file, "o", "", "store the result in this `file` as well, for merge and -against")
	return f
}

// check looks for the folder of the file early: the result may take hours.
func (f *outputFlags) check() error {
	if f.file == "" {
		return nil
	}
	info, err := os.Stat(filepath.Dir(f.file))
	if err != nil {
		return &inputError{err}
	}
	if !info.IsDir() {
		return badInput("%s is not a folder", filepath.Dir(f.file))
	}
	return nil
}

// output stores and writes a result and how it compares with another, unless
// that is nil.
func (p *program) output(f *outputFlags, this, other *contender) error {
	if f.file != "" {
		if err := saveResult(f.file, this.result); err != nil {
			return err
		}
	}
	comparisons, err := compare(this, other)
	if err != nil {
		return err
	}
	report := this.result.Report()
	if f.json {
		enc := json.NewEncoder(p.stdout)
		enc.SetEscapeHTML(false) // the rating ">50" is to stay readable
		return enc.Encode(struct {
			*eval.Report
			Against []*eval.Comparison `json:"against,omitempty"`
		}{report, comparisons})
	}
	if err := report.WriteText(p.stdout); err != nil {
		return err
	}
	for i, c := range comparisons {
		if i == 0 {
			fmt.Fprintln(p.stdout)
		}
		if _, err := fmt.Fprintf(p.stdout, "%8s: %s\n", c.Answer, c.Verdict(other.name, this.name)); err != nil {
			return err
		}
	}
	return nil
}

// compare returns the comparisons of all three answers, the other first.
func compare(this, other *contender) ([]*eval.Comparison, error) {
	if other == nil {
		return nil, nil
	}
	var out []*eval.Comparison
	for _, answer := range []eval.Answer{eval.Last, eval.Halted, eval.Accepted} {
		c, err := eval.Compare(other.result, this.result, answer)
		if err != nil {
			return nil, badInput("%s: %w", other.name, err)
		}
		out = append(out, c)
	}
	return out, nil
}

func saveResult(path string, r *eval.Result) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return atomicfile.Write(path, func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}

func readResult(path string) (*eval.Result, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, &inputError{err}
	}
	r := new(eval.Result)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, badInput("%s: stored result: %w", path, err)
	}
	return r, nil
}
