package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
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
one of PyTorch. One that is there already has to say the same of the model.
`

func convert(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("checkpoint convert", flag.ContinueOnError)
	configPath := configFlag(flags)
	prefix := flags.String("prefix", "", "`text` to put before all names, in place of the prefixes of training code: _orig_mod.model.inner. as in the published files, or nothing (default as they are)")
	files, err := parse(flags, args, stdout, convertUsage, 2, 2)
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
	if command.Given(flags, "prefix") {
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
	beside := filepath.Join(filepath.Dir(path), reread.AllConfigName)
	there, err := checkAllConfig(f, cfg, beside)
	if err != nil {
		return err
	}
	if err := torch.WriteFile(path, tensors); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "wrote %s\n", path)
	if there {
		fmt.Fprintf(stdout, "kept %s\n", beside)
		return nil
	}
	return writeAllConfig(cfg, beside, stdout)
}

// checkAllConfig reports whether an all_config.yaml is there. It is an error if that
// makes another model of the weights than the configuration, which would be lost.
func checkAllConfig(f *reread.File, cfg reread.Config, path string) (there bool, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil || cfg == nil {
		return true, err
	}
	ours, err := reread.AllConfig(cfg)
	if err != nil {
		return true, err
	}
	want, err := reread.Detect(f, ours)
	if err != nil {
		return true, err
	}
	if got, err := reread.Detect(f, text); err != nil || !reflect.DeepEqual(got, want) {
		return true, command.BadInput("%s is of another model than the file to convert; choose another folder", path)
	}
	return true, nil
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

// writeAllConfig writes a configuration, if there is one, beside a file.
func writeAllConfig(cfg reread.Config, path string, stdout io.Writer) error {
	if cfg == nil {
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
