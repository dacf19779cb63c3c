//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package filelock

import (
	"errors"
	"io/fs"
	"os"
)

const wayOut = "; if that process is gone, remove the file"

func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return nil, errHeld
	}
	return f, err
}

func unlock(f *os.File) error { return errors.Join(f.Close(), os.Remove(f.Name())) }

func isHeld(path string) (bool, error) {
	_, err := os.Stat(path)
	return err == nil, err
}
