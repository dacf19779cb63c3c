package command

import (
	"os"
	"os/signal"
	"syscall"
)

// stopSignals are the signals at which a run saves and stops. That the
// terminal is gone is none of them if the program was told not to mind, as by
// nohup.
func stopSignals() []os.Signal {
	stop := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if hangup != nil && !signal.Ignored(hangup) {
		stop = append(stop, hangup)
	}
	return stop
}
