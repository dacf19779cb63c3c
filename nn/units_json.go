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
	if height, width := u.boxes(); height > 0 {
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
	if height < 1 || width < 1 || height > maxBox || width > maxBox {
		return fmt.Errorf("nn: units: a grid of boxes of %d x %d, want sides of 1 to %d", height, width, maxBox)
	}
	*u = GridUnits(height, width)
	return nil
}

// maxBox bounds the sides of boxes whose units a file may ask for.
const maxBox = 8

// boxes returns the height and width of the boxes of the grid whose units these
// are, or zeros.
func (u Units) boxes() (height, width int) {
	if len(u) != 6 || len(u[4]) == 0 || len(u[5]) == 0 {
		return 0, 0
	}
	width, height = len(u[4][0]), len(u[5][0]) // of the parts of rows and columns within a box
	if height < 1 || width < 1 || height > maxBox || width > maxBox || !reflect.DeepEqual(u, GridUnits(height, width)) {
		return 0, 0
	}
	return height, width
}
