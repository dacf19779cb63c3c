package safetensors

import (
	"encoding/binary"
	"io"

	"github.com/rereadml/reread/internal/readat"
	"github.com/rereadml/reread/internal/sniff"
)

// advice says what to do about files that are taken for weights by mistake.
var advice = map[sniff.Kind]string{
	sniff.Pointer: "fetch the file with git lfs pull",
	sniff.Torch:   "package torch reads such files",
	sniff.Pickled: "load it in Python and write its tensors with safetensors.torch.save_file",
	sniff.Packed:  "unpack it first",
	sniff.Page:    "download the file itself",
}

// foreign makes the error for a file without a header: what it looks like, or
// why it is none where that cannot be told.
func foreign(r io.ReaderAt, size int64, why string, args ...any) error {
	head := make([]byte, min(size, sniff.Length))
	if err := readat.Full(r, head, 0); err != nil {
		return err
	}
	kind, what := sniff.Look(head)
	if kind == sniff.Unknown || hasHeader(head) {
		return invalid(why, args...)
	}
	if todo := advice[kind]; todo != "" {
		what += ": " + todo
	}
	return invalid("it is %s", what)
}

// hasHeader reports whether head begins as a safetensors file does, however
// little of it there is.
func hasHeader(head []byte) bool {
	return len(head) > prefixSize && head[prefixSize] == '{' && binary.LittleEndian.Uint64(head) <= maxHeader
}
