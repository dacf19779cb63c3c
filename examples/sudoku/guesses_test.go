package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/sudoku/anysize"
)

func TestGuessRules(t *testing.T) {
	f := guessFlags{most: 9, rules: "any,temperature=1.5,restart,steps=4,depth=2,last"}
	got, err := f.guess("solve")
	require.NoError(t, err)
	require.Equal(t, &reread.Guess{
		Blank: anysize.BlankToken, Lines: 10, Steps: 4, AnyCell: true, Temperature: 1.5, Restart: true, Depth: 2, UndoLast: true,
	}, got)
	for _, bad := range []string{"any=1", "last=", "restart=yes", "steps", "steps=0", "depth=x", "depth=-1", "temperature=0", "temperature=", "best", "any,"} {
		_, err := (&guessFlags{most: 1, rules: bad}).guess("solve")
		require.ErrorContains(t, err, "solve: -guess-rules: ", bad)
	}
	_, err = (&guessFlags{rules: "any"}).guess("eval")
	require.ErrorContains(t, err, "eval: -guess-rules is about -guesses")
	_, err = (&guessFlags{most: -1}).guess("eval")
	require.ErrorContains(t, err, "eval: -guesses must not be negative")
	none, err := (&guessFlags{}).guess("eval")
	require.NoError(t, err)
	require.Nil(t, none)
}
