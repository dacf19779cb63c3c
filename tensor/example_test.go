package tensor_test

import (
	"fmt"

	"github.com/rereadml/reread/tensor"
)

// A linear layer with two inputs and three outputs, applied to two rows.
func ExampleMultiplier() {
	x, err := tensor.FromSlice([]float32{1, 2, 3, 4}, 2, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	weight, err := tensor.FromSlice([]float32{1, 0, 0, 1, 1, 1}, 3, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	y, err := tensor.New(2, 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	var mul tensor.Multiplier
	if err := mul.MatMulNT(y, x, weight); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(y.Shape(), y.Data())
	fmt.Println(mul.MatMul(y, x, weight))
	// Output:
	// [2 3] [1 2 3 3 4 7]
	// tensor: MatMul of [2 2] and [3 2] into [2 3]: shapes do not fit
}
