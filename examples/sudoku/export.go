package main

import (
	"flag"
	"fmt"

	"github.com/rereadml/reread/internal/command"
)

const exportUsage = `usage: sudoku export [FLAGS]

Writes one supervision step of the model in the ONNX format, for other
inference engines.
`

func (p *program) export(args []string) error {
	fs := flag.NewFlagSet("sudoku export", flag.ContinueOnError)
	model := newModelFlags(fs)
	out := fs.String("o", "model.onnx", "`file` to write")
	if err := command.Parse(fs, args, 0, exportUsage, p.stdout); err != nil {
		return err
	}
	m, err := model.load()
	if err != nil {
		return err
	}
	if err := m.SaveONNX(*out); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "wrote %s\n", *out)
	return err
}
