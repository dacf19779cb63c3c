package terminal

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestColumns(t *testing.T) {
	f, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	for columns, want := range map[uint16]int{0: Screen, 1: 1, 132: 132} {
		require.NoError(t, unix.IoctlSetWinsize(int(f.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns}))
		require.Equal(t, want, Columns(f))
	}
}

func TestColours(t *testing.T) {
	f, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	for _, c := range []struct {
		term, noColor string
		obeys, colour bool
	}{{"xterm", "", true, true}, {"xterm", "1", true, false}, {"dumb", "", false, false}} {
		t.Setenv("TERM", c.term)
		t.Setenv("NO_COLOR", c.noColor)
		require.Equal(t, c.obeys, Obeys(f), c)
		require.Equal(t, c.colour, Colours(f), c)
	}
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "")
	require.Zero(t, Columns(new(bytes.Buffer)))
	require.False(t, Colours(new(bytes.Buffer)))
}
