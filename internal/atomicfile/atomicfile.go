// Package atomicfile replaces files so that a reader, or a run that was killed
// half-way, finds either the whole old file or the whole new one.
//
// The new content goes to a temporary file beside the target, called
//
//	.NAME.reread-XXXXXXXXXXXXXXXX.tmp
//
// with NAME the target's own name and sixteen hexadecimal digits. A process
// that is killed while writing leaves that file behind. The next write of the
// same target removes such leftovers and spares the files of those who are
// still writing: a writer holds a lock on its file, which ends with the process.
// On systems without such locks, Windows among them, a file that nobody has
// written to for an hour is a leftover.
//
// A disk that is full, or a quota that is used up, may be so for moments only.
// Writing waits and tries again, for seven seconds in all; what is still an
// error then is for the caller to know by [NoSpace] and to try later.
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
	"time"
)

// bufferSize is large enough that the system calls do not show in a profile.
const bufferSize = 128 << 10

// pauses are the waits between the tries to write to a full disk. Together they
// are shorter than the ten seconds that are commonly left to a process that is
// told to end and saves its work first.
var pauses = [...]time.Duration{time.Second, 2 * time.Second, 4 * time.Second}

// Write creates or replaces the file at path with what the write function
// produces. The writer it hands out is buffered and valid only during the call.
// The function is called again, with another writer, for every try after the
// first, and has to produce everything anew.
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
	for _, pause := range pauses {
		if err := replace(target, mode, write); !NoSpace(err) {
			return err
		}
		time.Sleep(pause)
	}
	return replace(target, mode, write)
}

// WriteBytes is [Write] of content that is there already.
func WriteBytes(path string, content []byte) error {
	return Write(path, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// replace is one try. Leftovers go first, for their room may be what is missing.
func replace(target string, mode fs.FileMode, write func(io.Writer) error) error {
	removeLeftovers(target)
	tmp, err := create(target)
	if err != nil {
		return err
	}
	done := false
	defer func() {
		// Closing twice is harmless, and some systems cannot remove a file
		// that is open.
		tmp.Close()
		if !done {
			os.Remove(tmp.Name())
		}
	}()
	if err := fill(tmp, mode, write); err != nil {
		return err
	}
	if err := publish(tmp, target); err != nil {
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
// for any other new file. Errors name the target, as if that were opened.
func create(target string) (*os.File, error) {
	var err error
	for range 100 {
		var f *os.File
		f, err = os.OpenFile(temporary(target, rand.Uint64()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		switch {
		case err == nil && claim(f):
			return f, nil
		case err == nil:
			f.Close()
			err = fmt.Errorf("atomicfile: temporary files beside %s vanish", target)
		case !errors.Is(err, fs.ErrExist):
			return nil, &fs.PathError{Op: "create", Path: target, Err: errors.Unwrap(err)}
		}
	}
	return nil, err
}

// fill writes the content and leaves f open, with everything on the disk.
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
	return f.Sync()
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
