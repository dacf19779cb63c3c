package safetensors_test

import (
	"bytes"
	"fmt"

	"github.com/rereadml/reread/tensor/safetensors"
)

func Example() {
	tensors := []safetensors.Tensor{
		safetensors.Float32("embed.weight", []int{3, 2}, []float32{1, 2, 3, 4, 5, 6}),
		safetensors.BFloat16("init", []int{2}, []float32{0.5, 1.01}),
		safetensors.Int64("step", nil, []int64{12}),
	}
	var file bytes.Buffer
	if err := safetensors.Write(&file, map[string]string{"run": "demo"}, tensors); err != nil {
		fmt.Println(err)
		return
	}

	f, err := safetensors.NewFile(bytes.NewReader(file.Bytes()), int64(file.Len()), "demo.safetensors")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.Metadata()["run"])
	for _, name := range f.Names() {
		info, _ := f.Info(name)
		fmt.Println(name, info.DType, info.Shape)
	}

	row := make([]float32, 2)
	fmt.Println(f.ReadFloat32Rows("embed.weight", 1, 2, row), row)
	fmt.Println(f.ReadFloat32("init", row), row)
	fmt.Println(f.ReadInt64("embed.weight", make([]int64, 6)))
	// Output:
	// demo
	// step I64 []
	// embed.weight F32 [3 2]
	// init BF16 [2]
	// <nil> [3 4]
	// <nil> [0.5 1.0078125]
	// safetensors: demo.safetensors: tensor "embed.weight": dtype F32 does not convert to int64
}
