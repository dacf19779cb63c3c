package safetensors

import (
	"errors"
	"fmt"
)

// ErrInvalid is wrapped by the errors of [Open] and [NewFile] for bytes that are
// not a valid safetensors file, as opposed to those that could not be read.
var ErrInvalid = errors.New("not a valid safetensors file")

// maxMessage bounds what is quoted from a file in an error.
const maxMessage = 1000

// invalid makes an error that wraps ErrInvalid. A hostile header can hold names
// and shapes of any length, which nobody wants to find in a log.
func invalid(format string, args ...any) error {
	msg := fmt.Sprintf(format, args...)
	if len(msg) > maxMessage {
		msg = msg[:maxMessage] + "…"
	}
	return fmt.Errorf("%w: %s", ErrInvalid, msg)
}
