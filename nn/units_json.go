package nn

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// gridUnitsJSON is the short form of what GridUnits or NeighbourUnits returns.
type gridUnitsJSON struct {
	Box    *[2]int `json:"grid_of_boxes,omitempty"` // height and width
	Cells  *[2]int `json:"grid_of_cells,omitempty"` // height and width
	Prefix int     `json:"prefix,omitempty"`        // positions in front of the cells
}

// MarshalJSON writes the units of a grid as the height and width of its boxes,
// {"grid_of_boxes": [3, 3]}, or of the grid, {"grid_of_cells": [30, 30], "prefix": 1},
// and others as lists.
func (u Units) MarshalJSON() ([]byte, error) {
	if height, width := u.Boxes(); height > 0 {
		return json.Marshal(gridUnitsJSON{Box: &[2]int{height, width}})
	}
	if prefix, height, width := u.Neighbours(); height > 0 {
		return json.Marshal(gridUnitsJSON{Cells: &[2]int{height, width}, Prefix: prefix})
	}
	return json.Marshal([][][]int(u))
}

// UnmarshalJSON reads any of these forms.
func (u *Units) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] != '{' {
		return json.Unmarshal(text, (*[][][]int)(u))
	}
	var g gridUnitsJSON
	if err := json.Unmarshal(text, &g); err != nil {
		return err
	}
	if cells := g.Cells; cells != nil && g.Box == nil {
		if !fitCells(g.Prefix, cells[0], cells[1]) {
			return fmt.Errorf("nn: units: a grid of %d x %d cells and %d more positions, want at least 3 x 3 and at most %d positions", cells[0], cells[1], g.Prefix, maxDim)
		}
		*u = NeighbourUnits(g.Prefix, cells[0], cells[1])
		return nil
	}
	var box [2]int
	if g.Box != nil && g.Cells == nil && g.Prefix == 0 {
		box = *g.Box
	}
	if !fitBoxes(box[0], box[1]) {
		return fmt.Errorf("nn: units: a grid of boxes of %d x %d, want at least 1 x 1 and at most %d cells", box[0], box[1], maxSide)
	}
	*u = GridUnits(box[0], box[1])
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
