package main

import (
	"errors"
	"strings"
)

// fileList is a flag that may be given several times.
type fileList []string

func (l *fileList) String() string { return strings.Join(*l, " ") }

func (l *fileList) Set(path string) error {
	if path == "" {
		return errors.New("the name is empty")
	}
	*l = append(*l, path)
	return nil
}
