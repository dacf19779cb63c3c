package eval_test

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/rereadml/reread/train/eval"
)

// Two runs of a model on the same four puzzles of two cells, one of them in two
// parts that are counted apart, as on two machines.
func Example() {
	settings := eval.Settings{Model: "float32", Set: "four puzzles", Rows: 4, Steps: 2}
	trail := func(first, second int32) *eval.Trail {
		return &eval.Trail{Rating: -1, Counted: 2, Steps: []eval.Step{{Right: first, Margin: -1}, {Right: second, Margin: 1}}}
	}

	var parts [2]*eval.Result
	for i := range parts {
		parts[i], _ = eval.New(settings)
	}
	for row, t := range []*eval.Trail{trail(0, 2), trail(1, 1), trail(2, 2), trail(1, 0)} {
		if err := parts[row%2].Add(row, t); err != nil {
			fmt.Println(err)
		}
	}
	float32s := parts[0]
	if err := float32s.Merge(parts[1]); err != nil {
		fmt.Println(err)
	}
	fmt.Println(float32s.Merge(parts[1]))

	file, _ := json.Marshal(float32s)
	var stored eval.Result
	if err := json.Unmarshal(file, &stored); err != nil {
		fmt.Println(err)
	}
	report := stored.Report()
	fmt.Printf("exact %.2f, cell %.3f, 95 %% from %.2f to %.2f\n", report.Exact, report.Cell, report.Answers[0].Wilson.Low, report.Answers[0].Wilson.High)

	settings.Model = "int8"
	int8s, _ := eval.New(settings)
	for row, t := range []*eval.Trail{trail(0, 2), trail(1, 2), trail(2, 2), trail(1, 0)} {
		if err := int8s.Add(row, t); err != nil {
			fmt.Println(err)
		}
	}
	comparison, err := eval.Compare(&stored, int8s, eval.Last)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := comparison.WriteText(os.Stdout, "float32", "int8"); err != nil {
		fmt.Println(err)
	}
	// Output:
	// eval: merge: 2 rows are in both, the first is row 1
	// exact 0.50, cell 0.625, 95 % from 0.15 to 0.85
	//                  exact   alone       95% interval
	//       float32   50.00%       0    15.00 to 85.00%
	//          int8   75.00%       1    30.06 to 95.44%
	//    difference   25.00%           -31.96 to 65.53%
	//
	// int8 solves 1 more of 4 than float32; p = 1: no difference shows
}
