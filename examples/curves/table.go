package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
)

// A table has a row for each point: the name of its curve, its cost, and its accuracy
// and the interval of that in per cent. The head names what the cost is.
const columns = 5

var accuracyColumns = []string{"exact %", "at least %", "at most %"}

// table writes the points of all curves.
func table(file, _, x string, all []curve) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	return writeTable(f, x, all)
}

func writeTable(w io.Writer, x string, all []curve) error {
	rows := [][]string{append([]string{"curve", x}, accuracyColumns...)}
	for _, c := range all {
		for _, p := range c.points {
			row := []string{c.name}
			for _, v := range []float64{p.cost, p.accuracy, p.least, p.most} {
				row = append(row, strconv.FormatFloat(v, 'f', 3, 64))
			}
			rows = append(rows, row)
		}
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// loadTable reads what writeTable wrote, with the name of the cost.
func loadTable(file string) (x string, all []curve, err error) {
	f, err := os.Open(file)
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	if x, all, err = readTable(f); err != nil {
		return "", nil, fmt.Errorf("%s: %w", file, err)
	}
	return x, all, nil
}

func readTable(r io.Reader) (x string, all []curve, err error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = columns
	rows, err := in.ReadAll()
	if err != nil {
		return "", nil, fmt.Errorf("not a table of curves: %w", err)
	}
	if len(rows) < 2 || rows[0][0] != "curve" || !slices.Equal(rows[0][2:], accuracyColumns) {
		return "", nil, fmt.Errorf("not a table of curves, or one without points")
	}
	for i, row := range rows[1:] {
		p, err := readPoint(row[1:])
		if err != nil {
			return "", nil, fmt.Errorf("row %d: %w", i+2, err)
		}
		k := slices.IndexFunc(all, func(c curve) bool { return c.name == row[0] })
		if k < 0 {
			k = len(all)
			all = append(all, curve{name: row[0]})
		}
		all[k].points = append(all[k].points, p)
	}
	return rows[0][1], all, nil
}

func readPoint(row []string) (point, error) {
	var v [columns - 1]float64
	for i, text := range row {
		var err error
		if v[i], err = strconv.ParseFloat(text, 64); err != nil {
			return point{}, err
		}
	}
	p := point{v[0], v[1], v[2], v[3]}
	if !(p.cost > 0 && p.cost <= maxCost) || !(0 <= p.least && p.least <= p.accuracy && p.accuracy <= p.most && p.most <= 100) {
		return point{}, fmt.Errorf("cost %v with %v %% from %v to %v, want a cost above 0 and 0 to 100 %% within its interval", p.cost, p.accuracy, p.least, p.most)
	}
	return p, nil
}

// maxCost keeps an axis within what can be drawn.
const maxCost = 1e30
