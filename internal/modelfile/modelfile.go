// Package modelfile opens the models that the example programs work with: those of
// files, or the ones that come with the programs.
package modelfile

import (
	"bytes"
	"io"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor"
	"github.com/rereadml/reread/tensor/safetensors"
)

// Embedded is what messages call the file in a program.
const Embedded = "pretrained.safetensors"

// File is an open file of weights that says what model it holds. Nothing of them is
// read until a model is made.
type File struct {
	*tensor.Set
	Name   string // in messages
	Config reread.Config
	closer io.Closer
}

// Open opens a file, or without a path the safetensors file that a program has in it.
// The caller closes it.
func Open(path string, embedded []byte) (*File, error) {
	if path == "" {
		return openEmbedded(embedded)
	}
	f, err := reread.Open(path)
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	cfg, err := f.Config()
	if err != nil {
		f.Close()
		return nil, command.BadInput("%s: %w", path, err)
	}
	return &File{f.Set, path, cfg, f}, nil
}

func openEmbedded(content []byte) (*File, error) {
	f, err := safetensors.NewFile(bytes.NewReader(content), int64(len(content)), Embedded)
	if err != nil {
		return nil, err
	}
	cfg, err := reread.ParseConfig(nn.FileModel(f))
	if err != nil {
		return nil, err
	}
	return &File{f.Set, Embedded, cfg, f}, nil
}

// Close closes the file.
func (f *File) Close() error { return f.closer.Close() }

// Read returns a model with weights that are the file's or made of them.
func (f *File) Read(from tensor.Source, cfg reread.Config) (*nn.Model, error) {
	m, err := reread.Read(from, cfg)
	if err != nil {
		return nil, f.Refuse(err)
	}
	return m, nil
}

// Refuse returns an error of the file as one of what the user gave.
func (f *File) Refuse(err error) error { return command.BadInput("%s: %w", f.Name, err) }
