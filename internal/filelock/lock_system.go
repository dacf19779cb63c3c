//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows

package filelock

import (
	"errors"
	"os"
)

const wayOut = ""

func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	if err := tryLock(f, true); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// unlock leaves the file: who waits to open it could else lock a file that is
// no longer there.
func unlock(f *os.File) error { return errors.Join(f.Truncate(0), f.Close()) }

func isHeld(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	err = tryLock(f, false)
	if errors.Is(err, errHeld) {
		return true, nil
	}
	return false, err
}
