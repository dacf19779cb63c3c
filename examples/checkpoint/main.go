// Checkpoint shows what files of weights hold, converts them from safetensors to
// PyTorch's format and back, and compares them. See the usage text.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/internal/command"
)

const usage = `usage: checkpoint COMMAND [FLAGS] FILE...

FILE is a safetensors file or one that PyTorch's torch.save wrote.

commands:
  info FILE...         show the model, its sizes and its tensors
  convert FILE OUTPUT  write OUTPUT: safetensors if it is named so, else PyTorch's
  diff FILE OTHER      compare two files tensor by tensor
  help                 show this text

"checkpoint COMMAND -h" shows the flags of a command.

exit status:
  0  success
  1  diff: the files differ; otherwise a failure
  2  wrong usage or bad input
`

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is the program without its process. It returns the exit status.
func run(args []string, stdout, stderr io.Writer) int {
	err := dispatch(args, stdout)
	if errors.Is(err, errDiffer) {
		return 1 // which the output says
	}
	return command.Status("checkpoint", err, stderr)
}

func dispatch(args []string, stdout io.Writer) error {
	if len(args) == 0 {
		return command.BadInput("the command is missing; \"checkpoint help\" shows those that there are")
	}
	switch args[0] {
	case "info":
		return info(args[1:], stdout)
	case "convert":
		return convert(args[1:], stdout)
	case "diff":
		return diff(args[1:], stdout)
	case "help", "-h", "-help", "--help":
		_, err := fmt.Fprint(stdout, usage)
		return err
	}
	return command.BadInput("unknown command %q; \"checkpoint help\" shows those that there are", args[0])
}

// parse reads the flags of a command and returns the files after them, of which
// there are least to most.
func parse(fs *flag.FlagSet, args []string, stdout io.Writer, usage string, least, most int) ([]string, error) {
	if err := command.Parse(fs, args, math.MaxInt, usage, stdout); err != nil {
		return nil, err
	}
	if n := fs.NArg(); n < least || n > most {
		return nil, command.BadInput("%d files; \"%s -h\" shows how many there are to be", n, fs.Name())
	}
	return fs.Args(), nil
}

// open opens a file of weights.
func open(path string) (*reread.File, error) {
	f, err := reread.Open(path)
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	return f, nil
}

// configFlag names the settings of the run that a file is from.
func configFlag(fs *flag.FlagSet) *string {
	return fs.String("config", "", "`file` with the settings of the model under arch, as in all_config.yaml (default the one beside FILE)")
}

// config returns the configuration of the model in a file: what the flag says, or
// else the file and the folder that it is in.
func config(f *reread.File, path string) (reread.Config, error) {
	if path == "" {
		cfg, err := f.Config()
		if errors.Is(err, reread.ErrNoConfig) {
			err = fmt.Errorf("%w, or in a file named by -config", err)
		}
		return cfg, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	cfg, err := reread.Detect(f, text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return cfg, nil
}
