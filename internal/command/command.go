// Package command is what the example programs have in common as programs: the
// signals that end them, the flags of their commands, and the exit status that tells
// a failure from what the user got wrong.
package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os/signal"
	"strings"
)

// Interruptible returns the context of a program, which ends at the first signal to
// stop. A second one ends the process at once.
func Interruptible() context.Context {
	ctx, stop := signal.NotifyContext(context.Background(), stopSignals()...)
	context.AfterFunc(ctx, stop)
	return ctx
}

// Status returns the exit status of a program that ends with an error, or with none,
// and writes to stderr what went wrong: 2 for [BadInput], 130 for an interrupted
// context and 1 for all else. To have been asked for help is no error.
func Status(program string, err error, stderr io.Writer) int {
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, context.Canceled):
		fmt.Fprintf(stderr, "%s: interrupted\n", program)
		return 130
	}
	// A package of the same name puts it before what it says as well.
	fmt.Fprintf(stderr, "%s: %s\n", program, strings.TrimPrefix(err.Error(), program+": "))
	if errors.As(err, new(*inputError)) {
		return 2
	}
	return 1
}
