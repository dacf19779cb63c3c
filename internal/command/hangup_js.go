package command

import "os"

// hangup is the signal that the terminal is gone, which there is none of.
var hangup os.Signal
