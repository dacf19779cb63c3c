package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train/eval"
)

// contender is one side of a comparison.
type contender struct {
	name   string
	model  *nn.Model    // nil: the result is there already
	result *eval.Result // nil: yet to come
}

// contender loads a model.
func (p *program) contender(f *modelFlags, precision string) (*contender, error) {
	m, err := p.loadAt(f, precision)
	if err != nil {
		return nil, err
	}
	return &contender{name: fmt.Sprintf("%s in %s", f.name(), m.Precision()), model: m}, nil
}

// opponent returns what to compare with, or nil.
func (p *program) opponent(f *evalFlags) (*contender, error) {
	against := f.output.against
	if against == "" && f.againstPrecision == "" {
		return nil, nil
	}
	model := *f.model
	if against != "" {
		stored, err := isResult(against)
		switch {
		case err != nil:
			return nil, err
		case stored && f.againstPrecision != "":
			return nil, command.BadInput("eval: -against-precision is for weights, %s is a stored result", against)
		case stored:
			return storedContender(against)
		}
		model.weights = against
	}
	return p.contender(&model, cmp.Or(f.againstPrecision, *f.precision))
}

func storedContender(path string) (*contender, error) {
	r, err := eval.Load(path)
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	return &contender{name: path, result: r}, nil
}

// isResult tells a stored result, which is a JSON object, from weights. Those of
// safetensors begin with the length of a header in eight bytes, the last of them 0,
// and those of PyTorch with the mark of a zip archive.
func isResult(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, command.AsBadInput(err)
	}
	defer f.Close()
	var head [8]byte
	n, _ := io.ReadFull(f, head[:]) // what is short is neither, which loading says
	object := bytes.HasPrefix(bytes.TrimSpace(head[:n]), []byte("{"))
	return object && bytes.IndexByte(head[:n], 0) < 0, nil
}

// referee has all models solve the same puzzles.
type referee struct {
	p    *program
	f    *evalFlags
	rows data.Rows
}

func (r *referee) options() eval.Options {
	o := eval.Options{Steps: r.f.steps, HaltMargin: float32(r.f.haltMargin), Noise: float32(r.f.noise.size), Hypotheses: float32(r.f.noise.hypotheses), Seed: r.f.noise.seed, Rules: r.f.model.size().Keeps, RulesName: "sudoku"}
	o.Guess, o.GuessHalt = r.f.guess, r.f.halt
	if l := r.f.rollouts; l != nil {
		o.Lines, o.Start, o.Choice = l.Lines, l.Start, l.Choice
	}
	o.Shard, o.Shards = max(r.f.shard.Part-1, 0), r.f.shard.Of
	return o
}

// admit refuses a stored result that what is to be measured could not be
// compared with.
func (r *referee) admit(c *contender) error {
	if c == nil || c.result == nil {
		return nil
	}
	if err := c.result.CheckComparable(r.rows, r.options()); err != nil {
		return command.BadInput("%s: %w", c.name, err)
	}
	return nil
}

// measure evaluates a model, unless its result is there.
func (r *referee) measure(ctx context.Context, c *contender) error {
	if c.result != nil {
		return nil
	}
	o := r.options()
	shards := max(o.Shards, 1)
	n := (r.rows.Len() - o.Shard + shards - 1) / shards
	if o.Guess != nil {
		n *= 2 // each again, with guesses
	}
	counter := newCounter(r.p.stderr, "evaluated", n)
	o.Done = counter.add
	var err error
	c.result, err = eval.Evaluate(ctx, c.model, r.rows, o)
	counter.done()
	return err
}
