package nn

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// gridUnitsJSON is the short form of what GridUnits returns.
type gridUnitsJSON struct {
	Box [2]int `json:"grid_of_boxes"` // height and width
}

// MarshalJSON writes the units of a grid as the height and width of its boxes,
// {"grid_of_boxes": [3, 3]}, and others as lists.
func (u Units) MarshalJSON() ([]byte, error) {
	if height, width := u.Boxes(); height > 0 {
		return json.Marshal(gridUnitsJSON{[2]int{height, width}})
	}
	return json.Marshal([][][]int(u))
}

// UnmarshalJSON reads either form.
func (u *Units) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] != '{' {
		return json.Unmarshal(text, (*[][][]int)(u))
	}
	var g gridUnitsJSON
	if err := json.Unmarshal(text, &g); err != nil {
		return err
	}
	height, width := g.Box[0], g.Box[1]
	if !fitBoxes(height, width) {
		return fmt.Errorf("nn: units: a grid of boxes of %d x %d, want at least 1 x 1 and at most %d cells", height, width, maxSide)
	}
	*u = GridUnits(height, width)
	return nil
}

// maxSide is the side of the largest grid whose values and cells are no more
// positions than an architecture may have.
const maxSide = 40

// fitBoxes reports whether there are grids with boxes of that height and width.
func fitBoxes(height, width int) bool {
	return height >= 1 && width >= 1 && height <= maxSide && width <= maxSide/height
}

// Boxes returns the height and width of the boxes of the grid whose units these
// are, as [GridUnits] took them, or zeros if they are those of no grid.
func (u Units) Boxes() (height, width int) {
	if len(u) != 6 || len(u[4]) == 0 || len(u[5]) == 0 {
		return 0, 0
	}
	width, height = len(u[4][0]), len(u[5][0]) // of the parts of rows and columns within a box
	if !fitBoxes(height, width) || !reflect.DeepEqual(u, GridUnits(height, width)) {
		return 0, 0
	}
	return height, width
}
