package command

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// Parse reads the flags of a command, whose set has its name as it is typed, such as
// "maze train". At most so many arguments may follow them. Asked for help, it writes
// the usage text and the flags to stdout and returns [flag.ErrHelp]; all other errors
// are bad input.
func Parse(fs *flag.FlagSet, args []string, most int, usage string, stdout io.Writer) error {
	fs.SetOutput(io.Discard) // the error says it all
	fs.Usage = func() {}
	_, name, isCommand := strings.Cut(fs.Name(), " ")
	if isCommand {
		name += ": "
	}
	switch err := fs.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usage, flagList(fs))
		return err
	case err != nil:
		return BadInput("%s%w; %q shows the flags", name, err, fs.Name()+" -h")
	case fs.NArg() > most:
		return BadInput("%sunexpected argument %q; flags come before arguments", name, fs.Arg(most))
	}
	return nil
}

// flagList describes the flags of a set, if there are any.
func flagList(fs *flag.FlagSet) string {
	var list strings.Builder
	fs.SetOutput(&list)
	if fs.PrintDefaults(); list.Len() == 0 {
		return ""
	}
	return "\nflags:\n" + list.String()
}

// Given reports whether a flag was given.
func Given(fs *flag.FlagSet, name string) bool {
	found := false
	fs.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}
