package torch

import (
	"archive/zip"
	"fmt"
	"hash/crc32"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/rereadml/reread/internal/atomicfile"
	"github.com/rereadml/reread/tensor"
	"github.com/rereadml/reread/tensor/safetensors"
)

// Write writes a state dict as torch.save does: a dictionary of the tensors, in
// their order, each with a storage of its own on the CPU. PyTorch loads it also
// with weights_only, from version 1.13 on. The same tensors give the same bytes.
//
// Everything is checked before the first byte is written. Data is encoded twice,
// the first time for its checksum, through a buffer of fixed size.
func Write(w io.Writer, tensors []safetensors.Tensor) error {
	if err := write(w, tensors); err != nil {
		return fmt.Errorf("torch: write: %w", err)
	}
	return nil
}

// WriteFile writes a state dict to a file at path in one step: if it fails, or the
// process is killed, an older file at path stays as it was. The data is synced to
// the disk before WriteFile returns.
func WriteFile(path string, tensors []safetensors.Tensor) error {
	err := atomicfile.Write(path, func(w io.Writer) error { return write(w, tensors) })
	if err != nil {
		return fmt.Errorf("torch: write %s: %w", path, err)
	}
	return nil
}

func write(w io.Writer, tensors []safetensors.Tensor) error {
	infos, err := check(tensors)
	if err != nil {
		return err
	}
	text := bytesOf(pickle(infos))
	if len(text) > maxPickle {
		return fmt.Errorf("the description of the tensors takes %d bytes, want at most %d", len(text), maxPickle)
	}
	z := newPacker(w)
	z.add(pickleName, text)
	z.add("byteorder", bytesOf("little"))
	for i := range tensors {
		z.add("data/"+strconv.Itoa(i), &tensors[i])
		if z.err != nil {
			return fmt.Errorf("tensor %q: %w", infos[i].Name, z.err)
		}
	}
	z.add("version", bytesOf("3\n"))
	return z.close()
}

// check describes the tensors, or says what is wrong with one.
func check(tensors []safetensors.Tensor) ([]tensor.Info, error) {
	if len(tensors) > maxTensors {
		return nil, fmt.Errorf("%d tensors, want at most %d", len(tensors), maxTensors)
	}
	infos := make([]tensor.Info, len(tensors))
	seen := make(map[string]struct{}, len(tensors))
	for i := range tensors {
		info, err := tensors[i].Info()
		if err != nil {
			return nil, fmt.Errorf("tensor %q: %w", tensors[i].Name(), err)
		}
		_, twice := seen[info.Name]
		switch {
		case twice:
			return nil, fmt.Errorf("tensor %q occurs twice", info.Name)
		case !utf8.ValidString(info.Name) || len(info.Name) > maxKey:
			return nil, fmt.Errorf("tensor %.100q: the name is not valid UTF-8 of at most %d bytes", info.Name, maxKey)
		case storageType(info.DType) == "":
			return nil, fmt.Errorf("tensor %q: PyTorch has no type of storage for %s", info.Name, info.DType)
		case len(info.Shape) > maxDims:
			return nil, fmt.Errorf("tensor %q: %d dimensions, want at most %d", info.Name, len(info.Shape), maxDims)
		}
		seen[info.Name] = struct{}{}
		infos[i] = info
	}
	return infos, nil
}

// A packer writes the files of an archive. After an error it does nothing.
type packer struct {
	out *counter
	zip *zip.Writer
	err error
}

// counter counts what it passes on.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

func newPacker(w io.Writer) *packer {
	out := &counter{w: w}
	return &packer{out: out, zip: zip.NewWriter(out)}
}

// bytesOf is content that is there already.
type bytesOf string

func (b bytesOf) WriteTo(w io.Writer) (int64, error) {
	n, err := io.WriteString(w, string(b))
	return int64(n), err
}

// add writes a file, uncompressed, whose content it asks for twice.
func (p *packer) add(name string, content io.WriterTo) {
	if p.err != nil {
		return
	}
	sum := crc32.NewIEEE()
	var size int64
	if size, p.err = content.WriteTo(sum); p.err != nil {
		return
	}
	if p.err = p.zip.Flush(); p.err != nil {
		return
	}
	name = "archive/" + name
	var w io.Writer
	w, p.err = p.zip.CreateRaw(&zip.FileHeader{
		Name: name, Extra: padding(p.out.n + localHeader + int64(len(name))),
		CRC32: sum.Sum32(), CompressedSize64: uint64(size), UncompressedSize64: uint64(size),
	})
	if p.err == nil {
		_, p.err = content.WriteTo(w)
	}
}

func (p *packer) close() error {
	if p.err != nil {
		return p.err
	}
	return p.zip.Close()
}

const (
	// localHeader is the length of what stands before the name of a file.
	localHeader = 30
	// alignment is where PyTorch begins files, so that they can be mapped.
	alignment = 64
)

// padding returns an extra field, such as PyTorch writes, after which the content
// that would begin at a position is aligned.
func padding(at int64) []byte {
	const head = 4
	n := (alignment - (at+head)%alignment) % alignment
	field := make([]byte, head+n)
	copy(field, "FB")
	field[2] = byte(n)
	for i := range n {
		field[head+i] = 'Z'
	}
	return field
}
