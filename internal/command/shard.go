package command

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Shard is a flag for one of several parts of a set, from 1/n to n/n. The zero value is
// the whole set.
type Shard struct{ Part, Of int }

// String implements [flag.Value].
func (s *Shard) String() string {
	if s.Of == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Part, s.Of)
}

// Set implements [flag.Value].
func (s *Shard) Set(text string) error {
	part, of, _ := strings.Cut(text, "/")
	var err1, err2 error
	s.Part, err1 = strconv.Atoi(part)
	s.Of, err2 = strconv.Atoi(of)
	if err1 != nil || err2 != nil || s.Part < 1 || s.Part > s.Of {
		return errors.New("want i/n, from 1/n to n/n")
	}
	return nil
}

// Has reports whether a row of the set, counted from 0, belongs to the shard.
func (s *Shard) Has(row int) bool { return s.Of == 0 || row%s.Of == s.Part-1 }
