package command

import (
	"bytes"
	"flag"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// newFlags are those of a command.
func newFlags(name string) (fs *flag.FlagSet, n *int) {
	fs = flag.NewFlagSet(name, flag.ContinueOnError)
	return fs, fs.Int("n", 3, "number of `mazes`")
}

func TestParse(t *testing.T) {
	fs, n := newFlags("maze solve")
	require.NoError(t, Parse(fs, []string{"-n", "5", "file"}, 1, "usage", io.Discard))
	require.Equal(t, 5, *n)
	require.Equal(t, []string{"file"}, fs.Args())
}

func TestParseBadInput(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		says string
	}{
		{"maze solve", []string{"-m"}, `maze: solve: flag provided but not defined: -m; "maze solve -h" shows the flags`},
		{"maze solve", []string{"-n", "x"}, `maze: solve: invalid value "x" for flag -n: parse error; "maze solve -h" shows the flags`},
		{"maze solve", []string{"a", "b"}, `maze: solve: unexpected argument "b"; flags come before arguments`},
		{"maze", []string{"-m"}, `maze: flag provided but not defined: -m; "maze -h" shows the flags`},
		{"maze", []string{"a", "-n"}, `maze: unexpected argument "-n"; flags come before arguments`},
	} {
		var stdout, stderr bytes.Buffer
		fs, _ := newFlags(c.name)
		require.Equal(t, 2, Status("maze", Parse(fs, c.args, 1, "usage", &stdout), &stderr), c.args)
		require.Equal(t, c.says+"\n", stderr.String())
		require.Empty(t, stdout.String())
	}
}

func TestHelp(t *testing.T) {
	fs, _ := newFlags("maze solve")
	var stdout bytes.Buffer
	require.ErrorIs(t, Parse(fs, []string{"-h"}, 0, "usage: maze solve\n", &stdout), flag.ErrHelp)
	require.Equal(t, "usage: maze solve\n\nflags:\n  -n mazes\n    \tnumber of mazes (default 3)\n", stdout.String())

	stdout.Reset()
	require.ErrorIs(t, Parse(flag.NewFlagSet("maze help", flag.ContinueOnError), []string{"-h"}, 0, "usage: maze help\n", &stdout), flag.ErrHelp)
	require.Equal(t, "usage: maze help\n", stdout.String())
}

func TestGiven(t *testing.T) {
	fs, _ := newFlags("maze solve")
	require.NoError(t, Parse(fs, nil, 0, "", io.Discard))
	require.False(t, Given(fs, "n"))
	require.NoError(t, Parse(fs, []string{"-n", "3"}, 0, "", io.Discard))
	require.True(t, Given(fs, "n"), "also where it is the default")
	require.False(t, Given(fs, "m"))
}
