package reread

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Choice is a rule by which one of the answers to a puzzle counts.
type Choice int

// The choices.
const (
	ByMargin   Choice = iota // the answer of the highest margin
	ByMajority               // the most frequent answer; among several that of the highest margin
)

var choices = [...]string{ByMargin: "margin", ByMajority: "majority"}

func (c Choice) String() string {
	if c < 0 || int(c) >= len(choices) {
		return fmt.Sprintf("Choice(%d)", int(c))
	}
	return choices[c]
}

// MarshalText returns the name of a choice.
func (c Choice) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads the name of a choice.
func (c *Choice) UnmarshalText(name []byte) error {
	i := slices.Index(choices[:], string(name))
	if i < 0 {
		return fmt.Errorf("reread: unknown choice %q, want %s", name, strings.Join(choices[:], " or "))
	}
	*c = Choice(i)
	return nil
}

// Of returns the index of the answer that counts, the first where several are as
// good. There must be one.
func (c Choice) Of(answers []Answer) int {
	best, most := 0, 0
	for i := range answers {
		votes := 1
		if c == ByMajority {
			votes = count(answers, answers[i].Tokens)
		}
		if cmp.Or(cmp.Compare(votes, most), cmp.Compare(answers[i].Margin, answers[best].Margin)) > 0 {
			best, most = i, votes
		}
	}
	return best
}

// count returns how many of the answers have these tokens.
func count(answers []Answer, tokens []int32) int {
	n := 0
	for i := range answers {
		if slices.Equal(answers[i].Tokens, tokens) {
			n++
		}
	}
	return n
}
