//go:build linux && amd64

package main

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The sizes of palette 1, the only one.
const (
	tileCount = 8
	maxRows   = 16
	maxBytes  = 64 // in a row
)

// tiles are the registers of AMX of a thread. Without a configuration none of
// them has rows.
type tiles [tileCount]tile

// A tile has rows of bytes. What lies beyond them is zero.
type tile struct {
	rows, bytes int
	data        [maxRows][maxBytes]byte
}

// errUndefined is why an instruction is none with these operands. All other errors
// of execute are of its access to memory.
var errUndefined = errors.New("undefined")

func undefined(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errUndefined, fmt.Sprintf(format, args...))
}

// execute does the work of one instruction.
func (t *tiles) execute(in instruction, r *registers, m memory) error {
	start, stride := in.address.start(r), in.address.stride(r)
	switch in.op {
	case ldtilecfg:
		var config [64]byte
		if err := m.read(start+stride, 0, [][]byte{config[:]}); err != nil {
			return err
		}
		return t.configure(&config)
	case tilerelease:
		*t = tiles{}
		return nil
	case tilezero:
		if t[in.dst].rows == 0 {
			return undefined("tile %d has no rows", in.dst)
		}
		t[in.dst].data = [maxRows][maxBytes]byte{}
		return nil
	case tileloadd, tileloaddt1:
		if err := t.checkNumbers(in.dst); err != nil {
			return err
		}
		return m.read(start, stride, t[in.dst].slices())
	case tilestored:
		if err := t.checkNumbers(in.dst); err != nil {
			return err
		}
		return m.write(start, stride, t[in.dst].slices())
	default:
		return t.product(in)
	}
}

// checkNumbers fails unless a tile has rows of whole numbers of 32 bits.
func (t *tiles) checkNumbers(i int) error {
	if t[i].rows == 0 || t[i].bytes%4 != 0 {
		return undefined("tile %d has %d rows of %d bytes", i, t[i].rows, t[i].bytes)
	}
	return nil
}

func (t *tile) slices() [][]byte {
	rows := make([][]byte, t.rows)
	for i := range rows {
		rows[i] = t.data[i][:t.bytes]
	}
	return rows
}

// configure gives the tiles the shapes of a configuration as LDTILECFG reads it,
// and clears them. It refuses a row to start from, which only a load that was
// interrupted has.
func (t *tiles) configure(config *[64]byte) error {
	const atBytes, atRows = 16, 48
	if config[0] == 0 {
		*t = tiles{}
		return nil
	}
	if config[0] != 1 {
		return fmt.Errorf("there is no palette %d", config[0])
	}
	for i, v := range config[1:atBytes] {
		if v != 0 {
			return fmt.Errorf("byte %d of the configuration is %d", 1+i, v)
		}
	}
	var configured tiles
	for i := range 16 {
		rows, bytes := int(config[atRows+i]), int(binary.LittleEndian.Uint16(config[atBytes+2*i:]))
		if rows == 0 && bytes == 0 {
			continue
		}
		if i >= tileCount || rows == 0 || rows > maxRows || bytes == 0 || bytes > maxBytes {
			return fmt.Errorf("tile %d cannot have %d rows of %d bytes", i, rows, bytes)
		}
		configured[i].rows, configured[i].bytes = rows, bytes
	}
	*t = configured
	return nil
}
