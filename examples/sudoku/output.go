package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/rereadml/reread/internal/command"
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
	fs.BoolVar(&f.json, "json", false, "write one JSON object instead of tables")
	fs.StringVar(&f.file, "o", "", "store the result in this `file` as well, for merge and -against")
	return f
}

func (f *outputFlags) check() error { return command.CheckOutput(f.file) }

// store stores a result if it is to be.
func (f *outputFlags) store(r *eval.Result) error {
	if f.file == "" {
		return nil
	}
	return r.Save(f.file)
}

// write writes the report of a result and how it compares with another, unless
// that is nil. A result is reported also if it cannot be compared.
func (f *outputFlags) write(w io.Writer, this, other *contender) error {
	comparisons, err := compare(this, other)
	if f.json {
		return errors.Join(writeReportJSON(w, this.result.Report(), comparisons), err)
	}
	if err := this.result.Report().WriteText(w); err != nil {
		return err
	}
	var verdicts strings.Builder
	for _, c := range comparisons {
		fmt.Fprintf(&verdicts, "\n%8s: %s", c.Answer, c.Verdict(other.name, this.name))
	}
	if verdicts.Len() == 0 {
		return err
	}
	_, err = fmt.Fprintln(w, verdicts.String())
	return err
}

func writeReportJSON(w io.Writer, r *eval.Report, against []*eval.Comparison) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false) // the rating ">50" is to stay readable
	return enc.Encode(struct {
		*eval.Report
		Against []*eval.Comparison `json:"against,omitempty"`
	}{r, against})
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
			return nil, command.BadInput("%s: %w", other.name, err)
		}
		out = append(out, c)
	}
	return out, nil
}
