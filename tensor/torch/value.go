package torch

import "strconv"

// A value is what a pickle makes: an int64, a string, a tuple, a *dict, a global, a
// *storage, a *view, or, for all that tensors do not need, other.
type value any

// other stands for a value that is stepped over and says what it is.
type other string

type tuple []value

// A global is the full name of a class or function, which is never looked up.
type global string

// A dict has the items of a dictionary whose keys are strings, as they were set.
type dict struct {
	items []item
	views int // items that are tensors
}

type item struct {
	key   string
	value value
}

// maxKey bounds the keys that are kept, so that the time for one instruction is
// bounded too: a long string is stored once and used often.
const maxKey = 4096

// set stores an item. Keys that name no tensor are stepped over.
func (d *dict) set(key, v value) {
	name, ok := key.(string)
	if !ok || len(name) > maxKey {
		return
	}
	d.items = append(d.items, item{name, v})
	if _, ok := v.(*view); ok {
		d.views++
	}
}

// unique returns the items that the dictionary ends up with: where a key was set
// again, its place is the first and its value the last.
func (d *dict) unique() []item {
	var out []item
	index := make(map[string]int, len(d.items))
	for _, it := range d.items {
		if at, there := index[it.key]; there {
			out[at] = it
			continue
		}
		index[it.key] = len(out)
		out = append(out, it)
	}
	return out
}

// A storage is a piece of memory that tensors are views of.
type storage struct {
	kind  string // the class, such as torch.FloatStorage
	key   string // names its file in the archive
	count int64  // elements, or bytes if it is untyped
}

// A view is a tensor, elements of a storage: a call of one of the functions that
// make tensors. What it means is for [view.layout] to find out.
type view struct {
	function global
	args     tuple
}

// describe says what a value is. It must not show what a dictionary or tuple holds:
// that can be large, and itself.
func describe(v value) string {
	switch v := v.(type) {
	case other:
		return string(v)
	case global:
		return string(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case string:
		return "text"
	case tuple:
		return "a tuple"
	case *dict:
		return "a dictionary"
	case *view:
		return "a single tensor"
	}
	return "something else"
}
