//go:build linux && amd64

package main

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// A memory holds rows that are a stride apart.
type memory interface {
	read(address, stride uint64, rows [][]byte) error
	write(address, stride uint64, rows [][]byte) error
}

// A process is the memory of that of a thread, with the access that it has.
type process int

func (p process) read(address, stride uint64, rows [][]byte) error {
	return p.transfer(unix.ProcessVMReadv, address, stride, rows)
}

func (p process) write(address, stride uint64, rows [][]byte) error {
	return p.transfer(unix.ProcessVMWritev, address, stride, rows)
}

type transfer func(pid int, local []unix.Iovec, remote []unix.RemoteIovec, flags uint) (int, error)

func (p process) transfer(f transfer, address, stride uint64, rows [][]byte) error {
	local, remote, size := make([]unix.Iovec, len(rows)), make([]unix.RemoteIovec, len(rows)), 0
	for i, row := range rows {
		local[i].Base = &row[0]
		local[i].SetLen(len(row))
		remote[i] = unix.RemoteIovec{Base: uintptr(address + uint64(i)*stride), Len: len(row)}
		size += len(row)
	}
	n, err := f(int(p), local, remote, 0)
	if err != nil {
		n = 0
	}
	if n < size {
		return fmt.Errorf("no access to all of %d rows of %d bytes at %#x, %#x apart", len(rows), len(rows[0]), address, stride)
	}
	return nil
}

// readSome reads what can be read from an address on.
func (p process) readSome(address uint64, b []byte) int {
	local := []unix.Iovec{{Base: &b[0]}}
	local[0].SetLen(len(b))
	// Pages are read whole or not at all.
	const page = 4096
	first := min(len(b), int(page-address%page))
	remote := []unix.RemoteIovec{{Base: uintptr(address), Len: first}, {Base: uintptr(address) + uintptr(first), Len: len(b) - first}}
	n, err := unix.ProcessVMReadv(int(p), local, remote, 0)
	if err != nil {
		return 0
	}
	return n
}
