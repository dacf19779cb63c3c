package terminal

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

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
