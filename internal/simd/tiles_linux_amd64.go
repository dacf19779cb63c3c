//go:build !purego

package simd

import (
	"syscall"
	"unsafe"
)

// What Linux calls the state of AMX, and how a process asks for it.
const (
	archGetFeatures = 0x1021 // ARCH_GET_XCOMP_SUPP
	archRequest     = 0x1023 // ARCH_REQ_XCOMP_PERM
	tileConfigState = 17     // XFEATURE_XTILECFG, the bit of XCR0
	tileDataState   = 18     // XFEATURE_XTILEDATA
)

// tilesPermitted asks the kernel for the tiles of AMX. It has to be asked by each
// process that uses them, since they make the frames of signals larger; it
// refuses if a thread's signal stack is too small for one, and does not know of
// them before Linux 5.16. What it supports is what it has set in XCR0.
func tilesPermitted() bool {
	const both = 1<<tileConfigState | 1<<tileDataState
	var features uint64
	if _, _, err := syscall.RawSyscall(syscall.SYS_ARCH_PRCTL, archGetFeatures, uintptr(unsafe.Pointer(&features)), 0); err != 0 || features&both != both {
		return false
	}
	_, _, err := syscall.RawSyscall(syscall.SYS_ARCH_PRCTL, archRequest, tileDataState, 0)
	return err == 0
}
