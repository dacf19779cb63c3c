//go:build !js

package command

import (
	"os"
	"syscall"
)

// hangup is the signal that the terminal is gone.
var hangup os.Signal = syscall.SIGHUP
