package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/readat"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor"
)

const diffUsage = `usage: checkpoint diff FILE OTHER

Compares the tensors of two files by their names without prefixes: the largest
difference of each, and what only one of them has.
`

// errDiffer is for the exit status of files that differ.
var errDiffer = errors.New("the files differ")

func diff(args []string, stdout io.Writer) error {
	files, err := parse(flag.NewFlagSet("checkpoint diff", flag.ContinueOnError), args, stdout, diffUsage, 2, 2)
	if err != nil {
		return err
	}
	var sides [2]*side
	for i, path := range files {
		f, err := open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		if sides[i], err = newSide(f, path); err != nil {
			return err
		}
	}
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	same, err := compare(w, sides[0], sides[1])
	if err = errors.Join(err, w.Flush()); err == nil && !same {
		return errDiffer
	}
	return err
}

// side is one of two files.
type side struct {
	*reread.File
	path  string
	order []string          // names without prefixes
	names map[string]string // full names by those
}

func newSide(f *reread.File, path string) (*side, error) {
	s := &side{File: f, path: path, names: map[string]string{}}
	for _, name := range f.Names() {
		short := nn.TrimPrefix(name)
		if other, twice := s.names[short]; twice {
			return nil, command.BadInput("%s: tensors %q and %q are the same weight", path, other, name)
		}
		s.names[short] = name
		s.order = append(s.order, short)
	}
	return s, nil
}

// compare shows how tensors differ and reports whether none does.
func compare(w io.Writer, a, b *side) (same bool, err error) {
	same = true
	for _, short := range a.order {
		verdict := "only in " + a.path
		if _, there := b.names[short]; there {
			if verdict, err = verdictOn(a, b, short); err != nil {
				return false, err
			}
		}
		same = same && verdict == equal
		fmt.Fprintf(w, "%s\t%s\n", short, verdict)
	}
	for _, short := range b.order {
		if _, there := a.names[short]; !there {
			same = false
			fmt.Fprintf(w, "%s\tonly in %s\n", short, b.path)
		}
	}
	return same, nil
}

const equal = "equal"

// verdictOn says how a tensor of both files differs.
func verdictOn(a, b *side, short string) (string, error) {
	x, _ := a.Entry(a.names[short])
	y, _ := b.Entry(b.names[short])
	if !slices.Equal(x.Shape, y.Shape) {
		return fmt.Sprintf("shapes %v and %v", x.Shape, y.Shape), nil
	}
	if !isFloat(x.DType) || !isFloat(y.DType) {
		return compareBytes(&x, &y)
	}
	most, at, err := difference(a.Set, b.Set, x.Name, y.Name)
	switch {
	case err != nil:
		return "", command.AsBadInput(err)
	case most == 0 && x.DType == y.DType:
		return equal, nil
	case most == 0:
		return fmt.Sprintf("equal numbers of types %s and %s", x.DType, y.DType), nil
	}
	return fmt.Sprintf("differs by %.4g at most, at number %d", most, at), nil
}

func isFloat(d tensor.DType) bool {
	return slices.Contains([]tensor.DType{tensor.F64, tensor.F32, tensor.F16, tensor.BF16}, d)
}

// block is how many numbers, or bytes, are compared at a time.
const block = 1 << 16

// difference returns the largest absolute difference of two tensors of one shape,
// and where it is. Numbers that are not equal and have no difference, such as one
// that is none, differ by more than all others.
func difference(a, b *tensor.Set, x, y string) (most float64, at int, err error) {
	info, _ := a.Info(x)
	flat := make([]float64, 2*block)
	for begin := 0; begin < info.Elements(); begin += block {
		n := min(block, info.Elements()-begin)
		u, v := flat[:n], flat[block:][:n]
		if err := errors.Join(a.ReadFloat64Range(x, begin, u), b.ReadFloat64Range(y, begin, v)); err != nil {
			return 0, 0, err
		}
		for i := range u {
			if u[i] == v[i] || u[i] != u[i] && v[i] != v[i] {
				continue
			}
			d := math.Abs(u[i] - v[i])
			if d != d {
				d = math.Inf(1)
			}
			if d > most {
				most, at = d, begin+i
			}
		}
	}
	return most, at, nil
}

// compareBytes compares tensors that are not of floating-point numbers.
func compareBytes(x, y *tensor.Entry) (string, error) {
	if x.DType != y.DType {
		return fmt.Sprintf("types %s and %s", x.DType, y.DType), nil
	}
	u, v := make([]byte, block), make([]byte, block)
	for at := int64(0); at < x.Bytes; at += block {
		n := min(block, x.Bytes-at)
		if err := errors.Join(readat.Full(x.Data, u[:n], at), readat.Full(y.Data, v[:n], at)); err != nil {
			return "", command.AsBadInput(err)
		}
		if !bytes.Equal(u[:n], v[:n]) {
			return "differs", nil
		}
	}
	return equal, nil
}
