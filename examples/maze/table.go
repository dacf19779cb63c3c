package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/rereadml/reread/train/eval"
)

// ranges is how many ranges of path lengths a table has.
const ranges = 5

// writeTable writes the accuracy by the length of the shortest paths, with 95 %
// intervals, and what the model's own judgement of its answers is worth.
func writeTable(w io.Writer, outcomes []outcome) error {
	least, most := outcomes[0].moves, outcomes[0].moves
	for _, o := range outcomes {
		least, most = min(least, o.moves), max(most, o.moves)
	}
	width := (most - least + ranges) / ranges
	var out strings.Builder
	out.WriteString("  moves   mazes   any shortest path, 95 %     the given path, 95 %\n")
	for from := least; from <= most; from += width {
		var in []outcome
		for _, o := range outcomes {
			if o.moves >= from && o.moves < from+width {
				in = append(in, o)
			}
		}
		if len(in) > 0 {
			writeScores(&out, rangeName(from, min(from+width-1, most)), in)
		}
	}
	writeScores(&out, "all", outcomes)
	halted, wrong := 0, 0
	for _, o := range outcomes {
		if o.halted {
			halted++
			if !o.any {
				wrong++
			}
		}
	}
	fmt.Fprintf(&out, "\nthe model calls %d of its answers right, %d of them wrongly\n", halted, wrong)
	_, err := io.WriteString(w, out.String())
	return err
}

func rangeName(from, to int) string {
	if from == to {
		return fmt.Sprint(from)
	}
	return fmt.Sprintf("%d-%d", from, to)
}

func writeScores(out *strings.Builder, name string, in []outcome) {
	anyPath, given := 0, 0
	for _, o := range in {
		if o.any {
			anyPath++
		}
		if o.given {
			given++
		}
	}
	fmt.Fprintf(out, "%7s %7d   %s   %s\n", name, len(in), share(anyPath, len(in)), share(given, len(in)))
}

// share writes a share with its Wilson interval, all in per cent.
func share(right, n int) string {
	i := eval.Wilson(int64(right), int64(n))
	return fmt.Sprintf("%5.1f %%, %5.1f to %5.1f", 100*float64(right)/float64(n), 100*i.Low, 100*i.High)
}
