package torch

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/rereadml/reread/tensor"
)

// pickle returns a program of protocol 2 that makes an ordered dictionary of
// tensors, the i-th with storage i.
func pickle(infos []tensor.Info) []byte {
	b := []byte("\x80\x02")
	b = appendEmptyDict(b)
	b = append(b, '(')
	for i := range infos {
		b = appendText(b, infos[i].Name)
		b = appendTensor(b, &infos[i], strconv.Itoa(i))
	}
	return append(b, 'u', stop)
}

func appendEmptyDict(b []byte) []byte {
	return append(appendGlobal(b, "collections", "OrderedDict"), ')', 'R')
}

// appendTensor appends a call with the arguments that [rebuild] takes.
func appendTensor(b []byte, info *tensor.Info, key string) []byte {
	b = appendGlobal(b, "torch._utils", "_rebuild_tensor_v2")
	b = append(b, '(', '(')
	b = appendText(b, "storage")
	b = appendGlobal(b, "torch", storageType(info.DType))
	b = appendText(b, key)
	b = appendText(b, "cpu")
	b = appendNumber(b, info.Elements())
	b = append(b, 't', 'Q')
	b = appendNumber(b, 0)
	b = appendNumbers(b, info.Shape)
	b = appendNumbers(b, strides(info))
	b = append(b, 0x89) // needs no gradient
	return append(appendEmptyDict(b), 't', 'R')
}

// strides returns those of row-major order, or ones where there are no elements.
func strides(info *tensor.Info) []int {
	out := make([]int, len(info.Shape))
	step := 1
	for i := len(out) - 1; i >= 0; i-- {
		out[i] = step
		if info.Elements() > 0 {
			step *= info.Shape[i]
		}
	}
	return out
}

func appendGlobal(b []byte, module, name string) []byte {
	b = append(append(append(b, 'c'), module...), '\n')
	return append(append(b, name...), '\n')
}

func appendText(b []byte, s string) []byte {
	b = binary.LittleEndian.AppendUint32(append(b, 'X'), uint32(len(s)))
	return append(b, s...)
}

func appendNumbers(b []byte, x []int) []byte {
	b = append(b, '(')
	for _, v := range x {
		b = appendNumber(b, v)
	}
	return append(b, 't')
}

func appendNumber(b []byte, x int) []byte {
	if x <= math.MaxInt32 {
		return binary.LittleEndian.AppendUint32(append(b, 'J'), uint32(x))
	}
	return binary.LittleEndian.AppendUint64(append(b, 0x8a, 8), uint64(x))
}
