//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package atomicfile

import (
	"os"
	"syscall"
)

// claim locks a new temporary file for as long as it is open. It reports false
// if another writer took the file for a leftover before it was locked.
//
// Where the file system has no locks, the file is claimed without one: then
// removeUnused gets none either, and removes nothing.
func claim(f *os.File) bool {
	if lock(f) == syscall.EWOULDBLOCK {
		return false
	}
	_, err := os.Lstat(f.Name())
	return err == nil
}

// removeUnused removes a temporary file that nobody has locked. It holds the
// lock meanwhile, so that claim cannot miss what happens.
func removeUnused(path string) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return
	}
	defer f.Close()
	if lock(f) == nil {
		os.Remove(path)
	}
}

// lock does not wait for a lock that another holds.
func lock(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err != syscall.EINTR {
			return err
		}
	}
}

// publish gives f its final name before the lock ends: without it, the file
// would be a leftover for a moment. What closing could report, Sync has.
func publish(f *os.File, target string) error {
	return os.Rename(f.Name(), target)
}
