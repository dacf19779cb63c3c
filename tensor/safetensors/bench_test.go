package safetensors

import (
	"io"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/tensor"
)

// benchValues is about the size of a checkpoint of a 5-million-parameter model.
const benchValues = 5 << 20

func benchTensors() map[string]Tensor {
	data := ramp(benchValues)
	wide := make([]float64, len(data))
	whole := make([]int64, len(data))
	for i, v := range data {
		wide[i] = float64(v)
		whole[i] = int64(v)
	}
	shape := []int{len(data) / 512, 512}
	return map[string]Tensor{
		"F32":  Float32("x", shape, data),
		"BF16": BFloat16("x", shape, data),
		"F64":  Float64("x", shape, wide),
		"I64":  Int64("x", shape, whole),
	}
}

var benchOrder = []string{"F32", "BF16", "F64", "I64"}

// BenchmarkReadFloat32 reads a real file, which the system has in memory.
func BenchmarkReadFloat32(b *testing.B) {
	tensors := benchTensors()
	tensors["F16"] = Raw("x", tensor.F16, []int{1 << 16}, all16())
	for _, name := range []string{"F32", "BF16", "F64", "F16"} {
		b.Run(name, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "x.safetensors")
			require.NoError(b, WriteFile(path, nil, []Tensor{tensors[name]}))
			f, err := Open(path)
			require.NoError(b, err)
			defer f.Close()
			info, _ := f.Info("x")
			dst := make([]float32, info.Elements())
			b.SetBytes(info.Bytes)
			b.ReportAllocs()
			for b.Loop() {
				if err := f.ReadFloat32("x", dst); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkWrite(b *testing.B) {
	tensors := benchTensors()
	for _, name := range benchOrder {
		b.Run(name, func(b *testing.B) {
			t := []Tensor{tensors[name]}
			b.SetBytes(t[0].values.size())
			b.ReportAllocs()
			for b.Loop() {
				if err := Write(io.Discard, nil, t); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkWriteFile includes the wait for the disk.
func BenchmarkWriteFile(b *testing.B) {
	path := filepath.Join(b.TempDir(), "x.safetensors")
	t := []Tensor{benchTensors()["F32"]}
	b.SetBytes(t[0].values.size())
	b.ReportAllocs()
	for b.Loop() {
		if err := WriteFile(path, nil, t); err != nil {
			b.Fatal(err)
		}
	}
}
