//go:build linux && amd64

// Command tiles runs a program on a CPU without AMX and carries out the
// instructions of AMX that it meets there, as Intel's manual (Software
// Developer's Manual, volume 2) defines them, so that the kernels on tiles can be
// tested on any CPU that has what else they need:
//
//	go test -exec tiles PACKAGE
//
// It is a debugger to the program: where a thread is about to get the signal of
// an illegal instruction, it does the instruction's work on tiles that it keeps
// for the thread. All other signals go to the program, but for those that would
// stop it, and it ends with the program's exit status. Processes that the program
// starts are left alone. An instruction that the CPU would refuse raises the
// signal that it would raise, and standard error says why.
//
// The program finds the variable REREAD_TILES in its environment, since the CPU
// does not tell it of AMX.
package main

import (
	"fmt"
	"os"
)

// environment tells a program that it has tiles.
const environment = "REREAD_TILES=emulated"

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: tiles PROGRAM [ARGUMENT...]")
		os.Exit(2)
	}
	status, err := run(os.Args[1], os.Args[2:]...)
	if err != nil {
		fmt.Fprintln(os.Stderr, "tiles:", err)
		os.Exit(1)
	}
	os.Exit(status)
}
