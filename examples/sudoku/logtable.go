package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"maps"
	"slices"
)

// logColumns are those of the table of a log that come first. The others, metrics
// by name, follow in alphabetical order.
var logColumns = []string{"step", "elapsed"}

// logTable returns a log as CSV, for spreadsheets and plotting programs: a row for
// each line and a column for each name, empty where the line says nothing of it. A
// line that is not whole is left out.
func logTable(log []byte) ([]byte, error) {
	var lines []map[string]json.Number
	names := map[string]bool{}
	for text := range bytes.Lines(log) {
		var line map[string]json.Number
		if json.Unmarshal(text, &line) != nil {
			continue
		}
		lines = append(lines, line)
		for name := range line {
			names[name] = true
		}
	}
	for _, name := range logColumns {
		delete(names, name)
	}
	columns := append(slices.Clone(logColumns), slices.Sorted(maps.Keys(names))...)

	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{columns}
	for _, line := range lines {
		row := make([]string, len(columns))
		for i, name := range columns {
			row[i] = line[name].String()
		}
		rows = append(rows, row)
	}
	err := w.WriteAll(rows)
	return b.Bytes(), err
}
