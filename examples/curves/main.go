// Curves draws accuracy against supervision steps, or against time, from what
// the evaluation of a model leaves as JSON, and writes it as CSV, which it reads as
// well.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rereadml/reread/train/eval"
)

const usage = `usage: curves [FLAGS] FILE...

Draws how many puzzles models solve against the supervision steps they may take.
FILE is what "sudoku eval -json" writes, a curve for each answer that is asked for,
or a table (.csv) that this program or examples/compare wrote, drawn against the
cost that it names.

flags:
`

// errUsage stands for what the flag package has told already.
var errUsage = errors.New("usage")

func main() {
	switch err := run(os.Args[1:], os.Stdout, os.Stderr); {
	case err == nil:
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "curves:", err)
		os.Exit(1)
	}
}

// flags are what to draw of the files, and how.
type flags struct {
	out     string
	answers string
	axis    string
	title   string
}

func run(args []string, stdout, stderr io.Writer) error {
	var f flags
	fs := flag.NewFlagSet("curves", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.Usage = func() { fmt.Fprint(stderr, usage); fs.PrintDefaults() }
	fs.StringVar(&f.out, "o", "curves.svg", "`file` to write: NAME.svg, NAME.png, NAME.pdf or NAME.csv")
	fs.StringVar(&f.answers, "answers", "last", "answers to draw: `list` of last, halted and accepted")
	fs.StringVar(&f.axis, "x", "steps", "what accuracy is drawn against: steps allowed, mean steps taken, or milliseconds a puzzle (`steps`, mean or ms)")
	fs.StringVar(&f.title, "title", "", "`text` above the curves")
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errUsage
	}
	write, ok := writers[strings.ToLower(filepath.Ext(f.out))]
	axis, known := axes[f.axis]
	switch {
	case !ok:
		return fmt.Errorf("-o %s: the name must end in .svg, .png, .pdf or .csv", f.out)
	case !known:
		return fmt.Errorf("-x %s, want steps, mean or ms", f.axis)
	case fs.NArg() == 0:
		return errors.New("no FILE; curves -h tells more")
	}
	answers, err := parseAnswers(f.answers)
	if err != nil {
		return err
	}
	x, all, err := load(fs.Args(), answers, axis)
	if err != nil {
		return err
	}
	if err := write(f.out, f.title, x, all); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "wrote %s\n", f.out)
	return err
}

// load reads the curves of all files, which are drawn against one cost, x.
func load(files []string, answers []eval.Answer, a axis) (x string, all []curve, err error) {
	for i, name := range files {
		of, more, err := loadFile(name, answers, a)
		if err != nil {
			return "", nil, err
		}
		if i > 0 && of != x {
			return "", nil, fmt.Errorf("%s: curves against %s, those before are against %s", name, of, x)
		}
		x, all = of, append(all, more...)
	}
	return x, all, nil
}

func loadFile(name string, answers []eval.Answer, a axis) (x string, all []curve, err error) {
	if strings.EqualFold(filepath.Ext(name), ".csv") {
		return loadTable(name)
	}
	r, err := read(name)
	if err != nil {
		return "", nil, err
	}
	all, err = curves(name, r, answers, a)
	return a.name, all, err
}

func parseAnswers(list string) ([]eval.Answer, error) {
	var out []eval.Answer
	for name := range strings.SplitSeq(list, ",") {
		a := eval.Answer(name)
		if !slices.Contains([]eval.Answer{eval.Last, eval.Halted, eval.Accepted}, a) {
			return nil, fmt.Errorf("-answers: %q, want last, halted or accepted", name)
		}
		out = append(out, a)
	}
	return out, nil
}
