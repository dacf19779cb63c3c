//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package atomicfile

import (
	"os"
	"time"
)

// unusedAfter is far longer than any writer leaves its file alone.
const unusedAfter = time.Hour

func claim(*os.File) bool { return true }

// removeUnused removes a temporary file that was not written to for long.
func removeUnused(path string) {
	info, err := os.Lstat(path)
	if err == nil && time.Since(info.ModTime()) > unusedAfter {
		os.Remove(path)
	}
}

// publish closes f first: Windows does not rename a file that is open.
func publish(f *os.File, target string) error {
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), target)
}
