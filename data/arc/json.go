package arc

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/rereadml/reread/internal/sniff"
	"github.com/rereadml/reread/internal/textfile"
)

// maxValue is the most bytes of a grid, a name or a value that is skipped: many times
// what a grid takes, however it is indented.
const maxValue = 1 << 18

// document reads a JSON file from the front to the back, a value at a time, so that
// memory is taken for what is kept only.
type document struct {
	in  *budget
	dec *json.Decoder
}

// budget is a reader that ends with an error when much is asked of it at once.
type budget struct {
	r    io.Reader
	left int
}

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("a value of more than %d bytes", maxValue)
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// readDocument has read take a document from r, and checks that nothing follows. The
// error names name.
func readDocument(r io.Reader, name string, read func(*document) error) error {
	text, err := textfile.NewReader(r)
	if err != nil {
		return fmt.Errorf("arc: %s: %w", name, err)
	}
	// What cannot be peeked at is for the first value to report.
	head, _ := text.Peek(sniff.Length)
	in := &budget{r: text}
	d := &document{in, json.NewDecoder(in)}
	err = read(d)
	if err == nil {
		err = d.end()
	}
	if err != nil && d.dec.InputOffset() == 0 {
		err = fmt.Errorf("want a JSON object, found %s: %w", sniff.Describe(head), err)
	}
	if err != nil {
		return fmt.Errorf("arc: %s: %w", name, err)
	}
	return nil
}

// token returns the next delimiter or scalar.
func (d *document) token() (json.Token, error) {
	d.in.left = maxValue
	t, err := d.dec.Token()
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return t, err
}

func (d *document) end() error {
	d.in.left = maxValue
	switch t, err := d.dec.Token(); {
	case err == nil:
		return fmt.Errorf("%v after the end", t)
	case err != io.EOF:
		return err
	}
	return nil
}

// open takes the delimiter that begins an object or an array.
func (d *document) open(delim json.Delim, what string) error {
	t, err := d.token()
	if err != nil {
		return err
	}
	if t != delim {
		return fmt.Errorf("want %s, found %.60q", what, fmt.Sprint(t))
	}
	return nil
}

// object hands the keys of an object to field, which takes their values. No key may
// come twice.
func (d *document) object(field func(key string) error) error {
	if err := d.open('{', "an object"); err != nil {
		return err
	}
	seen := make(map[string]bool)
	for d.more() {
		t, err := d.token()
		if err != nil {
			return err
		}
		key, _ := t.(string) // nothing else is a key
		if seen[key] {
			return fmt.Errorf("key %.60q twice", key)
		}
		seen[key] = true
		if err := field(key); err != nil {
			return err
		}
	}
	_, err := d.token()
	return err
}

// array has elem take each element of an array.
func (d *document) array(elem func(i int) error) error {
	if err := d.open('[', "an array"); err != nil {
		return err
	}
	for i := 0; d.more(); i++ {
		if err := elem(i); err != nil {
			return err
		}
	}
	_, err := d.token()
	return err
}

func (d *document) more() bool {
	d.in.left = maxValue
	return d.dec.More()
}

// decode takes a value whole.
func (d *document) decode(v any) error {
	d.in.left = maxValue
	err := d.dec.Decode(v)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// skip takes a value that is of no concern.
func (d *document) skip() error {
	var raw json.RawMessage
	return d.decode(&raw)
}
