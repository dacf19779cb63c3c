package main

import (
	"fmt"
	"math"
	"strings"
)

// bands are ranges of the moves that a layout needs, by the last of each.
var bands = [...]struct {
	name string
	last int
}{{"up to 7", 7}, {"8 to 11", 11}, {"12 to 15", 15}, {"16 to 19", 19}, {"20 or more", math.MaxInt}}

// bandOf returns the index of the band of a number of moves.
func bandOf(moves int) int {
	i := 0
	for moves > bands[i].last {
		i++
	}
	return i
}

// byNeed returns a table of how often models reach the goal in each band, of which
// they have the same layouts.
func byNeed(models []contender, results []result) string {
	line := "moves needed  layouts"
	for _, c := range models {
		line += fmt.Sprintf("  %-25s", c.name+" reaches the goal")
	}
	text := strings.TrimRight(line, " ") + "\n"
	for i, b := range bands {
		n := results[0].needs[i].layouts
		if n == 0 {
			continue
		}
		line = fmt.Sprintf("%-12s  %7d", b.name, n)
		for _, r := range results {
			line += fmt.Sprintf("  %-25s", share(r.needs[i].reached, n))
		}
		text += strings.TrimRight(line, " ") + "\n"
	}
	return text
}
