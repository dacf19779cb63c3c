package torch

import (
	"fmt"
	"strings"

	"github.com/rereadml/reread/internal/clip"
	"github.com/rereadml/reread/tensor"
)

// wrappers are the keys that training code puts a state dict under, beside the
// state of its optimiser and more.
var wrappers = []string{"model", "model_state_dict", "state_dict"}

// stateDict returns the dictionary of tensors in what was saved: that itself, or
// one of its items. Of several such items it is the one with a known key.
func stateDict(v value) (*dict, error) {
	whole, ok := v.(*dict)
	if !ok {
		return nil, fmt.Errorf("it holds %s, want a state dict: a dictionary of tensors by name", describe(v))
	}
	inside := map[string]*dict{}
	var keys []string
	for _, it := range whole.unique() {
		if d, ok := it.value.(*dict); ok && d.views > 0 {
			inside[it.key] = d
			keys = append(keys, it.key)
		}
	}
	for _, key := range wrappers {
		if d, ok := inside[key]; ok {
			return d, nil
		}
	}
	switch len(keys) {
	case 0:
		return whole, nil
	case 1:
		return inside[keys[0]], nil
	}
	return nil, fmt.Errorf("it holds several dictionaries of tensors, %s; want one, or one of them as %s",
		strings.Join(keys, ", "), strings.Join(wrappers, " or "))
}

func (a *archive) checkByteOrder() error {
	const name = "byteorder"
	if _, there := a.files[a.folder+name]; !there {
		return nil // older versions wrote in that of the machine, which was this one
	}
	order, err := a.read(name, 16)
	if err == nil && order != "little" {
		err = invalid("byte order %q, want \"little\"", order)
	}
	return err
}

const (
	// maxTensors is far above what models have.
	maxTensors = 1 << 16
	// maxShared is how many times the bytes of their storages the tensors may
	// have: a few share theirs, but a small file is not to hold much.
	maxShared = 16
)

// tensors returns those of a state dict.
func (a *archive) tensors(d *dict) ([]tensor.Entry, error) {
	if d.views > maxTensors {
		return nil, invalid("%d tensors, want at most %d", d.views, maxTensors)
	}
	files := map[string]file{} // by the keys of storages
	var entries []tensor.Entry
	var held, shown int64
	for _, it := range d.unique() {
		name := it.key
		v, ok := it.value.(*view)
		if !ok {
			continue
		}
		l, err := v.layout()
		if err != nil {
			return nil, invalid("tensor %q: %v", name, err)
		}
		f, there := files[l.storage.key]
		if !there {
			if f, err = a.open("data/" + l.storage.key); err != nil {
				return nil, fmt.Errorf("tensor %q: %w", clip.Text(name), err)
			}
			files[l.storage.key] = f
			held += f.size
		}
		e, err := l.entry(name, f)
		if err != nil {
			return nil, invalid("tensor %q: %v", name, err)
		}
		if shown += e.Bytes; shown/maxShared > held {
			return nil, invalid("the tensors share their storages too often")
		}
		entries = append(entries, e)
	}
	return entries, nil
}
