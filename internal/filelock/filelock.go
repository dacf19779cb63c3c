// Package filelock keeps two processes from working on the same files.
//
// Where the system has locks on files, the lock ends with the process, however
// that ends, and the file stays behind empty. Elsewhere the file itself is the
// lock, and what a killed process leaves must be removed by hand.
package filelock

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// Owner is who holds a lock, as it says itself in the file.
type Owner struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
}

func (o *Owner) String() string {
	if o.PID == 0 { // it has not written its name yet
		return "another process"
	}
	return fmt.Sprintf("process %d on %s since %s", o.PID, o.Host, o.Since.Format(time.DateTime))
}

// HeldError is the error of [Acquire] for a lock that someone holds.
type HeldError struct {
	Path  string
	Owner *Owner
}

func (e *HeldError) Error() string {
	return fmt.Sprintf("%s is locked by %v%s", e.Path, e.Owner, wayOut)
}

// Lock is a lock that this process holds.
type Lock struct{ f *os.File }

// Acquire takes the lock of a file, which it makes if need be. It does not
// wait.
func Acquire(path string) (*Lock, error) {
	f, err := lock(path)
	if errors.Is(err, errHeld) {
		return nil, &HeldError{path, readOwner(path)}
	}
	if err != nil {
		return nil, err
	}
	l := &Lock{f}
	if err := l.sign(); err != nil {
		return nil, errors.Join(err, l.Release())
	}
	return l, nil
}

// Release gives the lock back.
func (l *Lock) Release() error { return unlock(l.f) }

// Holder returns who holds the lock of a file, or nil if nobody does.
func Holder(path string) (*Owner, error) {
	held, err := isHeld(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil || !held {
		return nil, err
	}
	return readOwner(path), nil
}

// errHeld is the answer of the system for a lock that someone holds.
var errHeld = errors.New("the lock is held")

// sign says in the file who holds it.
func (l *Lock) sign() error {
	host, err := os.Hostname()
	if err != nil {
		host = "an unknown host"
	}
	text, err := json.Marshal(Owner{os.Getpid(), host, time.Now().Truncate(time.Second)})
	if err != nil {
		return err
	}
	if err := l.f.Truncate(0); err != nil {
		return err
	}
	_, err = l.f.WriteAt(append(text, '\n'), 0)
	return err
}

// readOwner returns what the file says; it may say nothing yet.
func readOwner(path string) *Owner {
	o := new(Owner)
	f, err := os.Open(path)
	if err != nil {
		return o
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 1<<12))
	if err != nil || json.Unmarshal(text, o) != nil {
		return new(Owner)
	}
	return o
}
