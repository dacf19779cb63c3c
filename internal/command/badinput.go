package command

import "fmt"

// inputError is a fault of what the user gave: flags, arguments, files.
type inputError struct{ err error }

func (e *inputError) Error() string { return e.err.Error() }
func (e *inputError) Unwrap() error { return e.err }

// BadInput returns an error, formatted as by [fmt.Errorf], that [Status] lays to what
// the user gave.
func BadInput(format string, args ...any) error { return AsBadInput(fmt.Errorf(format, args...)) }

// AsBadInput returns the same error as one of what the user gave.
func AsBadInput(err error) error { return &inputError{err} }
