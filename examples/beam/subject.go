package main

import (
	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/examples/sudoku/pretrained"
	"github.com/rereadml/reread/nn"
)

// evalJob is what the result of an evaluation depends on.
type evalJob struct {
	Data        string       `json:"data"`    // digest
	Weights     string       `json:"weights"` // digest
	N           int          `json:"n"`
	Steps       int          `json:"steps"`
	HaltMargin  float32      `json:"halt_margin"`
	Precision   nn.Precision `json:"precision"`
	Shards      int          `json:"shards"`
	Predictions bool         `json:"predictions"`
}

// subject is what a worker evaluates: a model, and the rows of all shards.
type subject struct {
	model *nn.Model
	rows  data.Rows
}

var subjects shared[evalInput, *subject]

// evalInput is a job with the paths of its files. Without Weights they are those in
// the program.
type evalInput struct {
	Job           evalJob
	Data, Weights string
}

// open reads the files, which must be those of the job.
func (in evalInput) open() (*subject, error) {
	rows, err := readRows(in.Data, in.Job.Data)
	if err != nil {
		return nil, err
	}
	m, err := in.model()
	if err != nil {
		return nil, err
	}
	if err := m.Pack(in.Job.Precision, false); err != nil {
		return nil, err
	}
	return &subject{m, data.Spread(rows, in.Job.N)}, nil
}

func (in evalInput) model() (*nn.Model, error) {
	if in.Weights == "" {
		return pretrained.Load()
	}
	if err := checkSum(in.Weights, in.Job.Weights); err != nil {
		return nil, err
	}
	return reread.Load(in.Weights)
}

// readRows reads a CSV file with the digest sum into memory.
func readRows(path, sum string) (data.Rows, error) {
	if err := checkSum(path, sum); err != nil {
		return nil, err
	}
	puzzles, err := sudoku.LoadCSV(path)
	return sudoku.Rows(puzzles), err
}
