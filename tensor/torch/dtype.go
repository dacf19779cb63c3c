package torch

import (
	"strings"

	"github.com/rereadml/reread/tensor"
)

// storageTypes are the classes of storages whose elements have a type.
var storageTypes = map[string]tensor.DType{
	"torch.DoubleStorage":       tensor.F64,
	"torch.FloatStorage":        tensor.F32,
	"torch.HalfStorage":         tensor.F16,
	"torch.BFloat16Storage":     tensor.BF16,
	"torch.LongStorage":         tensor.I64,
	"torch.IntStorage":          tensor.I32,
	"torch.ShortStorage":        tensor.I16,
	"torch.CharStorage":         tensor.I8,
	"torch.ByteStorage":         tensor.U8,
	"torch.BoolStorage":         tensor.Bool,
	"torch.ComplexFloatStorage": tensor.C64,
}

// storageType returns the name, in module torch, of the class of storages for a
// type, or nothing.
func storageType(d tensor.DType) string {
	for class, dtype := range storageTypes {
		if dtype == d {
			return strings.TrimPrefix(class, "torch.")
		}
	}
	return ""
}

// untypedStorage is the class of storages of bytes, which newer types of elements
// are stored in.
const untypedStorage = "torch.storage.UntypedStorage"

// dtypes are the types of elements that views of untyped storages name.
var dtypes = map[global]tensor.DType{
	"torch.float64":         tensor.F64,
	"torch.float32":         tensor.F32,
	"torch.float16":         tensor.F16,
	"torch.bfloat16":        tensor.BF16,
	"torch.int64":           tensor.I64,
	"torch.int32":           tensor.I32,
	"torch.int16":           tensor.I16,
	"torch.int8":            tensor.I8,
	"torch.uint64":          tensor.U64,
	"torch.uint32":          tensor.U32,
	"torch.uint16":          tensor.U16,
	"torch.uint8":           tensor.U8,
	"torch.bool":            tensor.Bool,
	"torch.complex64":       tensor.C64,
	"torch.float8_e4m3fn":   tensor.F8E4M3,
	"torch.float8_e5m2":     tensor.F8E5M2,
	"torch.float8_e8m0fnu":  tensor.F8E8M0,
	"torch.float8_e4m3fnuz": tensor.F8E4M3FNUZ,
	"torch.float8_e5m2fnuz": tensor.F8E5M2FNUZ,
}
