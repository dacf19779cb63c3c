package arc

import (
	"bytes"
	"errors"
	"fmt"
)

// MarshalJSON writes the rows as arrays of numbers, as ARC's files do. The empty grid
// is an empty array, which [Grid.UnmarshalJSON] does not take: files have no such
// grids. Other grids that [Grid.Check] turns down are an error.
func (g Grid) MarshalJSON() ([]byte, error) {
	if g.Equal(Grid{}) {
		return []byte("[]"), nil
	}
	if err := g.Check(); err != nil {
		return nil, err
	}
	return g.appendJSON(nil), nil
}

func (g Grid) appendJSON(b []byte) []byte {
	b = append(b, '[')
	for i, c := range g.Cells {
		switch {
		case i == 0:
			b = append(b, '[')
		case i%g.Cols == 0:
			b = append(b, "],["...)
		default:
			b = append(b, ',')
		}
		b = append(b, '0'+c)
	}
	return append(b, "]]"...)
}

// UnmarshalJSON reads an array of 1 to 30 rows, each an array of as many numbers, 1
// to 30, that are colours.
func (g *Grid) UnmarshalJSON(text []byte) error {
	p := gridParser{rest: text}
	if err := p.grid(); err != nil {
		return err
	}
	*g = p.g
	return nil
}

// gridParser reads a grid out of valid JSON.
type gridParser struct {
	rest []byte
	g    Grid
}

func (p *gridParser) grid() error {
	if !p.take('[') {
		return fmt.Errorf("want an array of rows, found %.20s", p.rest)
	}
	for {
		if err := p.row(); err != nil {
			return fmt.Errorf("row %d: %w", p.g.Rows+1, err)
		}
		if p.g.Rows++; p.g.Rows > MaxSide {
			return fmt.Errorf("more than %d rows", MaxSide)
		}
		if !p.take(',') {
			break
		}
	}
	p.take(']')
	if p.skip(); len(p.rest) > 0 {
		return fmt.Errorf("%.20q after the last row", p.rest)
	}
	return nil
}

func (p *gridParser) row() error {
	if !p.take('[') {
		return fmt.Errorf("want an array of colours, found %.20s", p.rest)
	}
	before := len(p.g.Cells)
	for {
		c, err := p.colour()
		if err != nil {
			return fmt.Errorf("column %d: %w", len(p.g.Cells)-before+1, err)
		}
		p.g.Cells = append(p.g.Cells, c)
		if len(p.g.Cells)-before > MaxSide {
			return fmt.Errorf("more than %d columns", MaxSide)
		}
		if !p.take(',') {
			break
		}
	}
	if !p.take(']') {
		return errors.New("not an array")
	}
	cols := len(p.g.Cells) - before
	if p.g.Rows == 0 {
		p.g.Cols = cols
	}
	if cols != p.g.Cols {
		return fmt.Errorf("%d columns, but %d in the first", cols, p.g.Cols)
	}
	return nil
}

func (p *gridParser) colour() (uint8, error) {
	p.skip()
	n := bytes.IndexAny(p.rest, ",] \t\r\n")
	if n < 0 {
		n = len(p.rest)
	}
	if n != 1 || p.rest[0] < '0' || p.rest[0] > '9' {
		return 0, fmt.Errorf("want a colour 0 to %d, found %.20q", Colours-1, p.rest[:n])
	}
	c := p.rest[0] - '0'
	p.rest = p.rest[1:]
	return c, nil
}

func (p *gridParser) skip() { p.rest = bytes.TrimLeft(p.rest, " \t\r\n") }

func (p *gridParser) take(c byte) bool {
	if p.skip(); len(p.rest) == 0 || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}
