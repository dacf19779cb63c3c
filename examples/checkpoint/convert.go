package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/internal/atomicfile"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/tensor/torch"
)

const convertUsage = `usage: checkpoint convert [FLAGS] FILE OUTPUT

Writes the tensors of FILE, bit for bit, to OUTPUT: a safetensors file if its name
ends with .safetensors, else one that PyTorch loads. The configuration goes along,
as far as it is known: into a safetensors file, or into an all_config.yaml beside
one of PyTorch, unless there is one.
`

func convert(args []string, stdout io.Writer) error {
	fs := flag.NewFlagSet("checkpoint convert", flag.ContinueOnError)
	configPath := configFlag(fs)
	prefix := fs.String("prefix", "", "`text` to put before all names, in place of the prefixes of training code: _orig_mod.model.inner. as in the published files, or nothing (default as they are)")
	files, err := parse(fs, args, stdout, convertUsage, 2, 2)
	if err != nil {
		return err
	}
	f, err := open(files[0])
	if err != nil {
		return err
	}
	defer f.Close()
	cfg, err := config(f, *configPath)
	if err != nil && (*configPath != "" || !errors.Is(err, reread.ErrNoConfig)) {
		return command.BadInput("%s: %w", files[0], err)
	}
	rename := func(name string) string { return name }
	if command.Given(fs, "prefix") {
		rename = func(name string) string { return *prefix + nn.TrimPrefix(name) }
	}
	if err := write(f, cfg, rename, files[1], stdout); err != nil {
		return err
	}
	if cfg == nil {
		fmt.Fprintf(stdout, "note: %v\n", err)
	}
	return nil
}

// write writes a file in the other format, or the same.
func write(f *reread.File, cfg reread.Config, rename func(string) string, path string, stdout io.Writer) error {
	var tensors []safetensors.Tensor
	for _, name := range f.Names() {
		e, _ := f.Entry(name)
		if !strings.HasPrefix(name, nn.TrainPrefix) {
			e.Name = rename(name)
		}
		tensors = append(tensors, safetensors.Stored(e))
	}
	if filepath.Ext(path) == ".safetensors" {
		meta, err := metadata(f, cfg)
		if err != nil {
			return err
		}
		if err := safetensors.WriteFile(path, meta, tensors); err != nil {
			return err
		}
		fmt.Fprintf(stdout, "wrote %s\n", path)
		return nil
	}
	if err := torch.WriteFile(path, tensors); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "wrote %s\n", path)
	return writeAllConfig(cfg, filepath.Join(filepath.Dir(path), reread.AllConfigName), stdout)
}

// metadata returns that of a file, with the configuration unless it is nil.
func metadata(f *reread.File, cfg reread.Config) (map[string]string, error) {
	meta := f.Metadata()
	if cfg == nil {
		return meta, nil
	}
	d, err := cfg.Design()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(cfg)
	if err != nil {
		return nil, err
	}
	if meta == nil {
		meta = map[string]string{}
	}
	maps.Copy(meta, nn.ModelMetadata(d.Kind, text))
	return meta, nil
}

// writeAllConfig writes a configuration, if there is one, beside a file, unless one
// is there.
func writeAllConfig(cfg reread.Config, path string, stdout io.Writer) error {
	if cfg == nil {
		return nil
	}
	if _, err := os.Lstat(path); err == nil {
		fmt.Fprintf(stdout, "kept %s\n", path)
		return nil
	}
	text, err := reread.AllConfig(cfg)
	if err != nil {
		return err
	}
	if err := atomicfile.WriteBytes(path, text); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "wrote %s\n", path)
	return noteUnpublished(cfg, stdout)
}

// unpublished are the settings that the published code does not know and ignores,
// so that what they change goes unnoticed where the tensors have the same shapes.
var unpublished = []string{"head_groups", "hypotheses", "inputs", "intermediate_size", "state_noise", "two_networks", "units", "values"}

// noteUnpublished says which of them a configuration makes use of.
func noteUnpublished(cfg reread.Config, stdout io.Writer) error {
	text, err := json.Marshal(cfg)
	if err != nil {
		return err
	}
	var settings map[string]json.RawMessage
	if err := json.Unmarshal(text, &settings); err != nil {
		return err
	}
	used := slices.DeleteFunc(slices.Clone(unpublished), func(name string) bool { return settings[name] == nil })
	if len(used) > 0 {
		fmt.Fprintf(stdout, "note: the published code does not know %s\n", strings.Join(used, ", "))
	}
	return nil
}
