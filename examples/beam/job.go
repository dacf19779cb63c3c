package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rereadml/reread/internal/atomicfile"
	"github.com/rereadml/reread/internal/filelock"
)

// The files of a job's folder that all kinds of jobs have.
const (
	jobFile  = "job.json"
	lockFile = "lock"
)

// claim takes a folder, which it makes if need be, for a job: everything that its
// result depends on. It is an error for the folder to hold anything of another job,
// and for another process to be at work in it.
func claim(dir string, job any) (*filelock.Lock, error) {
	text, err := json.MarshalIndent(job, "", "\t")
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	lock, err := filelock.Acquire(filepath.Join(dir, lockFile))
	if err != nil {
		return nil, err
	}
	if err := sign(dir, append(text, '\n')); err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	return lock, nil
}

// sign writes the job into the folder, unless it is there.
func sign(dir string, job []byte) error {
	path := filepath.Join(dir, jobFile)
	switch found, err := os.ReadFile(path); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case !bytes.Equal(found, job):
		return fmt.Errorf("%s is the folder of another job, which %s describes: give the same flags and files to go on with it, or another folder", dir, path)
	default:
		return nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != lockFile {
			return fmt.Errorf("%s is not empty and no folder of a job", dir)
		}
	}
	return atomicfile.WriteBytes(path, job)
}

// sum returns the digest of a file's content.
func sum(content []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(content)) }

// fileSum returns the digest of a file.
func fileSum(path string) (string, error) {
	content, err := os.ReadFile(path)
	return sum(content), err
}

// checkSum refuses a file that is not what the driver found under the same name.
func checkSum(path, want string) error {
	found, err := fileSum(path)
	if err == nil && found != want {
		err = fmt.Errorf("%s is not the file that the job began with", path)
	}
	return err
}
