package command

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStatus(t *testing.T) {
	for _, c := range []struct {
		name   string
		err    error
		status int
		says   string
	}{
		{"success", nil, 0, ""},
		{"help", fmt.Errorf("train: %w", flag.ErrHelp), 0, ""},
		{"failure", errors.New("no space"), 1, "maze: no space\n"},
		{"bad input", BadInput("-n is %d", 0), 2, "maze: -n is 0\n"},
		{"an error as bad input", AsBadInput(fs.ErrNotExist), 2, "maze: file does not exist\n"},
		{"bad input within", fmt.Errorf("train: %w", BadInput("no file")), 2, "maze: train: no file\n"},
		{"bad input beside", errors.Join(errors.New("one"), BadInput("two")), 2, "maze: one\ntwo\n"},
		{"interrupted", fmt.Errorf("step 3: %w", context.Canceled), 130, "maze: interrupted\n"},
		{"interrupted while reading", AsBadInput(context.Canceled), 130, "maze: interrupted\n"},
		{"out of time", context.DeadlineExceeded, 1, "maze: context deadline exceeded\n"},
		{"named already", BadInput("maze: no goal"), 2, "maze: no goal\n"},
		{"named within", errors.New("line 1: maze: no goal"), 1, "maze: line 1: maze: no goal\n"},
	} {
		var stderr bytes.Buffer
		require.Equal(t, c.status, Status("maze", c.err, &stderr), c.name)
		require.Equal(t, c.says, stderr.String(), c.name)
	}
}

func TestBadInputWraps(t *testing.T) {
	require.ErrorIs(t, BadInput("reading: %w", fs.ErrNotExist), fs.ErrNotExist)
	require.ErrorIs(t, AsBadInput(fs.ErrNotExist), fs.ErrNotExist)
	require.EqualError(t, AsBadInput(fs.ErrNotExist), fs.ErrNotExist.Error())
}
