package torch

import (
	"errors"
	"fmt"

	"github.com/rereadml/reread/internal/clip"
)

// ErrInvalid is wrapped by the errors of [Open] and [NewFile] for bytes that are
// not a valid file of tensors, as opposed to those that could not be read.
var ErrInvalid = errors.New("not a valid PyTorch file")

// invalid makes an error that wraps ErrInvalid.
func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrInvalid, clip.Text(fmt.Sprintf(format, args...)))
}
