package torch

import (
	"archive/zip"
	"cmp"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"

	"github.com/rereadml/reread/internal/readat"
)

const (
	// maxDirectory bounds what the list of an archive's files takes in it.
	maxDirectory = 16 << 20
	// maxInflated bounds what compressed files hold together, for they are read
	// into memory. PyTorch compresses nothing.
	maxInflated = 256 << 20

	pickleName = "data.pkl"
)

// An archive is the zip archive that torch.save writes: FOLDER/data.pkl says what
// there is, and FOLDER/data/KEY holds a storage. Like PyTorch it pays no attention
// to checksums, which may have been left out.
type archive struct {
	r        io.ReaderAt
	folder   string // with the slash
	files    map[string]*zip.File
	inflated uint64 // bytes of the compressed files that were opened
}

// openArchive reads the list of files.
func openArchive(r io.ReaderAt, size int64) (*archive, error) {
	limited := &budget{r: r, left: maxDirectory}
	z, err := zip.NewReader(limited, size)
	if errors.Is(err, zip.ErrFormat) { // of a file that begins as an archive
		return nil, invalid("it is cut off or damaged: the list of the archive's files, which comes last, is missing")
	}
	if err != nil {
		return nil, zipError(err)
	}
	limited.left = unlimited
	a := &archive{r: r, files: make(map[string]*zip.File, len(z.File))}
	for _, f := range z.File {
		if _, twice := a.files[f.Name]; twice {
			return nil, invalid("file %q is in the archive twice", f.Name)
		}
		a.files[f.Name] = f
		if dir, name := path.Split(f.Name); name == pickleName && path.Dir(path.Clean(dir)) == "." {
			if a.folder != "" {
				return nil, invalid("it has both %q and %q", a.folder+pickleName, f.Name)
			}
			a.folder = dir
		}
	}
	if a.folder == "" {
		return nil, invalid("it is a zip archive without a folder with %s", pickleName)
	}
	return a, checkPlaces(z.File, size)
}

// checkPlaces reports files that are outside of the archive or overlap, by which a
// small archive would hold much.
func checkPlaces(files []*zip.File, size int64) error {
	type place struct {
		name       string
		begin, end int64
	}
	places := make([]place, 0, len(files))
	for _, f := range files {
		at, err := f.DataOffset()
		if err != nil {
			return zipError(err)
		}
		if at > size || f.CompressedSize64 > uint64(size-at) {
			return invalid("file %q is cut off", f.Name)
		}
		places = append(places, place{f.Name, at, at + int64(f.CompressedSize64)})
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end))
	})
	for i := 1; i < len(places); i++ {
		if a, b := places[i-1], places[i]; a.end > b.begin {
			return invalid("files %q and %q overlap", a.name, b.name)
		}
	}
	return nil
}

// A file is the content of one.
type file struct {
	io.ReaderAt
	size int64
}

// open returns the file of a name in the folder.
func (a *archive) open(name string) (file, error) {
	f, ok := a.files[a.folder+name]
	if !ok {
		return file{}, invalid("file %q is missing", a.folder+name)
	}
	switch {
	case f.Flags&1 != 0:
		return file{}, invalid("file %q is encrypted", f.Name)
	case f.Method == zip.Store && f.CompressedSize64 == f.UncompressedSize64:
		at, err := f.DataOffset()
		size := int64(f.UncompressedSize64)
		return file{io.NewSectionReader(a.r, at, size), size}, err
	case f.Method != zip.Deflate:
		return file{}, invalid("file %q is compressed by method %d", f.Name, f.Method)
	case f.UncompressedSize64 > maxInflated-a.inflated:
		return file{}, invalid("file %q is compressed, which is possible for %d bytes in all: pack it anew by zip -0", f.Name, maxInflated)
	}
	a.inflated += f.UncompressedSize64
	return file{&inflated{file: f}, int64(f.UncompressedSize64)}, nil
}

// read returns the whole file of a name in the folder, at most most bytes.
func (a *archive) read(name string, most int64) (string, error) {
	f, err := a.open(name)
	if err != nil {
		return "", err
	}
	if f.size > most {
		return "", invalid("file %q has %d bytes, want at most %d", a.folder+name, f.size, most)
	}
	b := make([]byte, f.size)
	if err := readat.Full(f, b, 0); err != nil {
		return "", zipError(err)
	}
	return string(b), nil
}

const unlimited = -1

// A budget is what package zip reads by: a number of bytes and no more while it
// lists the files, and nothing before the beginning.
type budget struct {
	r    io.ReaderAt
	left int
}

var (
	errBudget = fmt.Errorf("the list of its files takes more than %d bytes", maxDirectory)
	errPlace  = errors.New("a file of it is nowhere in it")
)

func (b *budget) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errPlace
	}
	if b.left != unlimited {
		if len(p) > b.left {
			return 0, errBudget
		}
		b.left -= len(p)
	}
	return b.r.ReadAt(p, off)
}

// zipError tells an archive that is wrong from one that could not be read.
func zipError(err error) error {
	for _, wrong := range []error{zip.ErrFormat, errBudget, errPlace, io.EOF, io.ErrUnexpectedEOF} {
		if errors.Is(err, wrong) {
			return invalid("%v", err)
		}
	}
	if errors.As(err, new(flate.CorruptInputError)) {
		return invalid("%v", err)
	}
	return err
}
