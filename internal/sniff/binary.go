package sniff

import (
	"bytes"
	"encoding/binary"
)

// zip looks at the name of the first file of an archive. PyTorch begins with
// DIRECTORY/data.pkl, NumPy names arrays NAME.npy.
func zip(head []byte) (Kind, string) {
	const lengthAt, nameAt = 26, 30
	if len(head) >= nameAt {
		name := head[nameAt:]
		name = name[:min(len(name), int(binary.LittleEndian.Uint16(head[lengthAt:])))]
		switch {
		case bytes.HasSuffix(name, []byte("/data.pkl")):
			return Torch, "a PyTorch checkpoint (a zip archive)"
		case bytes.HasSuffix(name, []byte(".npy")):
			return Other, "an archive of NumPy arrays (.npz)"
		}
	}
	return Packed, "a zip archive"
}

// isPickle reports whether head begins with the mark of a binary protocol and
// one of the instructions that protocols put first: a frame from 4 on, before
// that what the outermost object begins with.
func isPickle(head []byte) bool {
	if len(head) < 3 || head[0] != 0x80 {
		return false
	}
	switch head[1] {
	case 2, 3:
		return bytes.IndexByte([]byte("}](cXK\x8a"), head[2]) >= 0
	case 4, 5:
		return head[2] == 0x95
	}
	return false
}

func isTar(head []byte) bool { return len(head) > 262 && string(head[257:262]) == "ustar" }

// isONNX looks for the version of the format, then the producer's name.
func isONNX(head []byte) bool {
	return len(head) > 3 && head[0] == 0x08 && head[1] < 0x20 && head[2] == 0x12
}
