//go:build linux && amd64

package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
)

// A heap is memory that begins at heapStart.
type heap []byte

const heapStart = 1 << 40

var errAccess = errors.New("no access")

func (h heap) each(address, stride uint64, rows [][]byte, f func(row, memory []byte)) error {
	for i, row := range rows {
		at := address + uint64(i)*stride - heapStart
		if at > uint64(len(h)) || at+uint64(len(row)) > uint64(len(h)) {
			return errAccess
		}
		f(row, h[at:])
	}
	return nil
}

func (h heap) read(address, stride uint64, rows [][]byte) error {
	return h.each(address, stride, rows, func(row, memory []byte) { copy(row, memory) })
}

func (h heap) write(address, stride uint64, rows [][]byte) error {
	return h.each(address, stride, rows, func(row, memory []byte) { copy(memory, row) })
}

// A shape is that of a tile.
type shape struct{ rows, bytes int }

// configuration is as LDTILECFG reads it.
func configuration(shapes ...shape) *[64]byte {
	config := [64]byte{0: 1}
	for i, s := range shapes {
		binary.LittleEndian.PutUint16(config[16+2*i:], uint16(s.bytes))
		config[48+i] = byte(s.rows)
	}
	return &config
}

func configured(t *testing.T, shapes ...shape) *tiles {
	t.Helper()
	var ts tiles
	if err := ts.configure(configuration(shapes...)); err != nil {
		t.Fatal(err)
	}
	return &ts
}

func TestConfigure(t *testing.T) {
	r := registers{rax: heapStart, rcx: 1}
	h := make(heap, 200)
	copy(h[73:], configuration(shape{16, 64}, shape{}, shape{3, 5})[:])
	load := instruction{op: ldtilecfg, address: address{base: rax, index: rcx, scale: 3, displacement: 65}}
	var ts tiles
	ts[1] = tile{rows: 1, bytes: 1}
	if err := ts.execute(load, &r, h); err != nil {
		t.Fatal(err)
	}
	if want := (tiles{0: {rows: 16, bytes: 64}, 2: {rows: 3, bytes: 5}}); ts != want {
		t.Errorf("%v, want %v", ts, want)
	}
	load.address.displacement = 200 - 8 - 63
	if err := ts.execute(load, &r, h); err != errAccess {
		t.Errorf("%v at the end of memory", err)
	}
	if err := ts.execute(instruction{op: tilerelease}, &r, nil); err != nil || ts != (tiles{}) {
		t.Errorf("released: %v, %v", err, ts)
	}
	ts[1] = tile{rows: 1, bytes: 1}
	if err := ts.configure(&[64]byte{5: 1}); err != nil || ts != (tiles{}) {
		t.Errorf("palette 0: %v, %v", err, ts)
	}
}

// What LDTILECFG refuses raises a protection fault and changes nothing.
func TestConfigureRefuses(t *testing.T) {
	for name, change := range map[string]func(c *[64]byte){
		"palette 2":        func(c *[64]byte) { c[0] = 2 },
		"a row to start":   func(c *[64]byte) { c[1] = 1 },
		"reserved byte 2":  func(c *[64]byte) { c[2] = 1 },
		"reserved byte 15": func(c *[64]byte) { c[15] = 1 },
		"17 rows":          func(c *[64]byte) { c[48+2] = 17 },
		"65 bytes":         func(c *[64]byte) { c[16+4] = 65 },
		"256 more bytes":   func(c *[64]byte) { c[17+4] = 1 },
		"no rows":          func(c *[64]byte) { c[48+2] = 0 },
		"no bytes":         func(c *[64]byte) { c[16+4] = 0 },
		"a ninth tile":     func(c *[64]byte) { c[16+16], c[48+8] = 4, 1 },
		"a 16th tile":      func(c *[64]byte) { c[63] = 1 },
	} {
		config := configuration(shape{1, 4}, shape{16, 64}, shape{2, 8})
		change(config)
		ts := tiles{{rows: 3, bytes: 4}}
		before := ts
		if err := ts.configure(config); err == nil || errors.Is(err, errUndefined) {
			t.Errorf("%s: %v", name, err)
		}
		if ts != before {
			t.Errorf("%s: the tiles are others", name)
		}
	}
}

func TestLoadAndStore(t *testing.T) {
	h := make(heap, 1000)
	for i := range h {
		h[i] = byte(i%251 + 1)
	}
	r := registers{rax: heapStart + 3, rdx: heapStart + 100, rcx: 37}
	ts := configured(t, shape{5, 12})
	for i := range ts[0].data {
		ts[0].data[i] = [maxBytes]byte{}
	}
	for _, op := range []op{tileloadd, tileloaddt1} {
		if err := ts.execute(instruction{op: op, address: address{base: rax, index: rcx, scale: 1, displacement: 2}}, &r, h); err != nil {
			t.Fatal(err)
		}
		for i := range maxRows {
			want := make([]byte, maxBytes)
			if i < 5 {
				copy(want, h[5+74*i:][:12])
			}
			if !bytes.Equal(ts[0].data[i][:], want) {
				t.Errorf("row %d: %v, want %v", i, ts[0].data[i], want)
			}
		}
	}

	back := make(heap, 1000)
	for i := range back {
		back[i] = 255
	}
	if err := ts.execute(instruction{op: tilestored, address: address{base: rdx, index: rcx}}, &r, back); err != nil {
		t.Fatal(err)
	}
	for i, got := range back {
		row, col := (i-100)/37, (i-100)%37
		want := byte(255)
		if i >= 100 && row < 5 && col < 12 {
			want = h[5+74*row+col]
		}
		if got != want {
			t.Fatalf("byte %d: %d, want %d", i, got, want)
		}
	}

	// Without an index all rows are one.
	if err := ts.execute(instruction{op: tileloadd, address: address{base: rax, index: noRegister}}, &r, h); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(ts[0].data[4][:12], h[3:15]) {
		t.Errorf("last row: %v", ts[0].data[4])
	}
	if err := ts.execute(instruction{op: tilezero}, &r, nil); err != nil || ts[0] != (tile{rows: 5, bytes: 12}) {
		t.Errorf("zero: %v, %v", err, ts[0])
	}
}

func TestFaults(t *testing.T) {
	r := registers{rax: heapStart, rcx: 64}
	at := address{base: rax, index: rcx}
	full := shape{16, 64}
	for _, c := range []struct {
		name   string
		in     instruction
		shapes []shape
		access bool // is what is wrong
	}{
		{"zero, not configured", instruction{op: tilezero}, nil, false},
		{"zero of no tile", instruction{op: tilezero, dst: 1}, []shape{full}, false},
		{"load, not configured", instruction{op: tileloadd, address: at}, nil, false},
		{"load of no tile", instruction{op: tileloaddt1, dst: 7, address: at}, []shape{full}, false},
		{"load of half a number", instruction{op: tileloadd, address: at}, []shape{{2, 6}}, false},
		{"store of no tile", instruction{op: tilestored, dst: 7, address: at}, []shape{full}, false},
		{"store of half a number", instruction{op: tilestored, address: at}, []shape{{2, 6}}, false},
		{"load beyond memory", instruction{op: tileloadd, address: at}, []shape{full}, true},
		{"store beyond memory", instruction{op: tilestored, address: at}, []shape{full}, true},
		{"product, not configured", instruction{op: tdpbf16ps, left: 1, right: 2}, nil, false},
		{"product without a left tile", instruction{op: tdpbssd, left: 1, right: 2}, []shape{full, {}, full}, false},
		{"product without a right tile", instruction{op: tdpbssd, left: 1, right: 2}, []shape{full, full}, false},
		{"product onto the left tile", instruction{op: tdpbssd, left: 0, right: 2}, []shape{full, full, full}, false},
		{"product onto the right tile", instruction{op: tdpbssd, left: 1, right: 0}, []shape{full, full, full}, false},
		{"square", instruction{op: tdpbssd, left: 1, right: 1}, []shape{full, full, full}, false},
		{"other rows", instruction{op: tdpbf16ps, left: 1, right: 2}, []shape{{15, 64}, full, full}, false},
		{"other columns", instruction{op: tdpbf16ps, left: 1, right: 2}, []shape{full, full, {16, 60}}, false},
		{"other depths", instruction{op: tdpbf16ps, left: 1, right: 2}, []shape{full, full, {15, 64}}, false},
		{"half a number to sum", instruction{op: tdpbf16ps, left: 1, right: 2}, []shape{{16, 62}, full, {16, 62}}, false},
		{"half a number of the depth", instruction{op: tdpbf16ps, left: 1, right: 2}, []shape{full, {16, 62}, {15, 64}}, false},
	} {
		ts := configured(t, c.shapes...)
		err := ts.execute(c.in, &r, make(heap, 1000))
		if err == nil || errors.Is(err, errUndefined) == c.access {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
