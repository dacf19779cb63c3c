package torch_test

import (
	"bytes"
	"fmt"

	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/tensor/torch"
)

func Example() {
	var file bytes.Buffer
	err := torch.Write(&file, []safetensors.Tensor{
		safetensors.Float32("embed.weight", []int{3, 2}, []float32{1, 2, 3, 4, 5, 6}),
		safetensors.BFloat16("init", []int{2}, []float32{0.5, 1.01}),
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	f, err := torch.NewFile(bytes.NewReader(file.Bytes()), int64(file.Len()), "step_1")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range f.Names() {
		info, _ := f.Info(name)
		fmt.Println(name, info.DType, info.Shape)
	}
	row := make([]float32, 2)
	fmt.Println(f.ReadFloat32Rows("embed.weight", 1, 2, row), row)
	fmt.Println(f.ReadFloat32("init", row), row)
	// Output:
	// embed.weight F32 [3 2]
	// init BF16 [2]
	// <nil> [3 4]
	// <nil> [0.5 1.0078125]
}
