package arc

import (
	"errors"
	"fmt"
	"strings"
)

// Style is how puzzle identifiers of augmented tasks are written.
type Style int

// The styles. Both write the number of the symmetry and the new colour of each.
const (
	// StyleTRM is that of TRM: task|||t3|||0134256789.
	StyleTRM Style = iota
	// StyleHRM is that of HRM: task_t3_0134256789.
	StyleHRM
)

// separator returns what stands between the parts of an identifier.
func (s Style) separator() string {
	if s == StyleHRM {
		return "_"
	}
	return "|||"
}

// ID returns the puzzle identifier of a task under the transform, by which it is
// listed in the identifiers.json of a data set folder. That of [Identity] is the name
// of the task.
func (t Transform) ID(task string, s Style) string {
	if t == Identity() {
		return task
	}
	return string(t.appendID(nil, task, s))
}

func (t Transform) appendID(b []byte, task string, s Style) []byte {
	b = append(b, task...)
	b = append(b, s.separator()...)
	b = append(b, 't', '0'+t.Dihedral)
	b = append(b, s.separator()...)
	for _, c := range t.Colours {
		b = append(b, '0'+c)
	}
	return b
}

// ParseID returns the task and the transform of a puzzle identifier of either style;
// a bare task stands for [Identity]. An identifier that is empty, or that is written
// in a style but with a symmetry or colours which [Transform.Check] turns down, is an
// error.
func ParseID(id string) (task string, t Transform, err error) {
	if id == "" {
		return "", Transform{}, errors.New("arc: empty identifier")
	}
	for _, s := range []Style{StyleTRM, StyleHRM} {
		task, suffix, ok := cutSuffix(id, s)
		if !ok {
			continue
		}
		t.Dihedral = suffix[0] - '0'
		for i := range t.Colours {
			t.Colours[i] = suffix[1+i] - '0'
		}
		if err := t.Check(); err != nil {
			return "", Transform{}, fmt.Errorf("arc: identifier %.60q: %w", id, err)
		}
		return task, t, nil
	}
	if strings.Contains(id, StyleTRM.separator()) {
		return "", Transform{}, fmt.Errorf("arc: identifier %.60q: want TASK|||tN|||COLOURS", id)
	}
	return id, Identity(), nil
}

// cutSuffix takes the part of an identifier off that stands for its transform, and
// returns its eleven digits: one of the symmetry, ten of the colours.
func cutSuffix(id string, s Style) (task, digits string, ok bool) {
	sep := s.separator()
	n := len(id) - 2*len(sep) - 2 - Colours
	if n < 1 {
		return "", "", false
	}
	rest := id[n:]
	digits = rest[len(sep)+1:][:1] + rest[len(rest)-Colours:]
	shape := sep + "t" + digits[:1] + sep + digits[1:]
	if rest != shape || strings.Trim(digits, "0123456789") != "" {
		return "", "", false
	}
	return id[:n], digits, true
}
