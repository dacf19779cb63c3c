// Package atomicfile replaces files so that a reader, or a run that was killed
// half-way, finds either the whole old file or the whole new one.
//
// The new content goes to a temporary file beside the target, called
//
//	.NAME.reread-XXXXXXXXXXXXXXXX.tmp
//
// with NAME the target's own name and sixteen hexadecimal digits. A process
// that is killed while writing leaves that file behind. Such leftovers are
// never read and never removed by this package, because another process may
// still be writing one; they can be deleted by hand whenever nothing is.
package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// bufferSize is large enough that the system calls do not show in a profile.
const bufferSize = 128 << 10

// Write creates or replaces the file at path with what the write function
// produces. The writer it hands out is buffered and valid only during the call.
//
// The data reaches the disk before the name does: temporary file, fsync,
// rename, fsync of the directory. If any step up to the rename fails (or write
// panics), the temporary file is removed and an older file at path stays as it
// was. Only a failing fsync of the directory is reported after the new file has
// taken its place.
//
// A replaced file keeps its permission bits, and a symbolic link keeps pointing
// where it points: its target is replaced. A path that names something other
// than a regular file, such as a device or a directory, is refused.
func Write(path string, write func(io.Writer) error) error {
	target, mode, err := resolve(path)
	if err != nil {
		return err
	}
	tmp, err := create(target)
	if err != nil {
		return err
	}
	done := false
	defer func() {
		if !done {
			// Closing twice is harmless, and some systems cannot
			// remove a file that is open.
			tmp.Close()
			os.Remove(tmp.Name())
		}
	}()
	if err := fill(tmp, mode, write); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), target); err != nil {
		return err
	}
	done = true
	return syncDir(filepath.Dir(target))
}

// resolve follows symbolic links and returns the permission bits of the file to
// be replaced, or 0 where there is none.
func resolve(path string) (string, fs.FileMode, error) {
	if _, name := filepath.Split(path); name == "" {
		return "", 0, fmt.Errorf("atomicfile: %q does not name a file", path)
	}
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return path, 0, nil
	}
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", 0, err
	}
	info, err := os.Stat(target)
	if err != nil {
		return "", 0, err
	}
	if !info.Mode().IsRegular() {
		return "", 0, fmt.Errorf("atomicfile: %s is not a regular file", path)
	}
	return target, info.Mode().Perm(), nil
}

// create opens a new temporary file beside target. Unlike os.CreateTemp it asks
// for the usual permissions, so that the process's umask decides as it would
// for any other new file.
func create(target string) (*os.File, error) {
	dir, name := filepath.Split(target)
	var err error
	for range 100 {
		tmp := filepath.Join(dir, fmt.Sprintf(".%s.reread-%016x.tmp", name, rand.Uint64()))
		var f *os.File
		f, err = os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return nil, err
}

// fill writes the content and leaves f closed, with everything on the disk.
func fill(f *os.File, mode fs.FileMode, write func(io.Writer) error) error {
	w := bufio.NewWriterSize(f, bufferSize)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if mode != 0 {
		if err := f.Chmod(mode); err != nil {
			return err
		}
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}

// syncDir makes the rename itself durable. Systems and file systems that cannot
// sync a directory are passed over: there is nothing better to do on them.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) {
		return err
	}
	return nil
}
