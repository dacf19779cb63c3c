package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// shard is a flag for one of several parts of a set, from 1/n to n/n. The zero
// value is the whole set.
type shard struct{ part, of int }

func (s *shard) String() string {
	if s.of == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.part, s.of)
}

func (s *shard) Set(text string) error {
	part, of, _ := strings.Cut(text, "/")
	var err1, err2 error
	s.part, err1 = strconv.Atoi(part)
	s.of, err2 = strconv.Atoi(of)
	if err1 != nil || err2 != nil || s.part < 1 || s.part > s.of {
		return errors.New("want i/n, from 1/n to n/n")
	}
	return nil
}

// options returns the shard as package eval counts: from 0.
func (s *shard) options() (part, of int) { return max(s.part-1, 0), s.of }

// size returns how many rows of a set belong to the shard.
func (s *shard) size(rows int) int {
	part, of := s.options()
	of = max(of, 1)
	return (rows - part + of - 1) / of
}
