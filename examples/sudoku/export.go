package main

import "fmt"

const exportUsage = `usage: sudoku export [FLAGS]

Writes one supervision step of the model in the ONNX format, for other
inference engines.
`

func (p *program) export(args []string) error {
	fs := p.flags("export", exportUsage)
	model := newModelFlags(fs)
	out := fs.String("o", "model.onnx", "`file` to write")
	if _, err := p.parse(fs, args, 0); err != nil {
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
