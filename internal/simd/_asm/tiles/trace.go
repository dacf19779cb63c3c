//go:build linux && amd64

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"

	"golang.org/x/sys/unix"
)

// run runs a program to its end and returns its exit status, or 128 and the
// number of the signal that killed it.
func run(path string, args ...string) (status int, err error) {
	runtime.LockOSThread() // the one that starts a traced program traces it
	defer runtime.UnlockOSThread()
	cmd := exec.Command(path, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), environment)
	cmd.SysProcAttr = &unix.SysProcAttr{Ptrace: true}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	defer forwardSignals(cmd.Process)()
	return trace(cmd.Process.Pid)
}

// forwardSignals hands what asks this process to end to another one, until stop
// is called.
func forwardSignals(p *os.Process) (stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGTERM)
	go func() {
		for s := range signals {
			_ = p.Signal(s) // fails when it has ended, of which trace learns
		}
	}()
	return func() {
		signal.Stop(signals)
		close(signals)
	}
}

// trace follows a process, stopped at its first instruction, and its threads.
func trace(pid int) (status int, err error) {
	if _, _, err := wait(pid); err != nil {
		return 0, err
	}
	// Threads are traced from their start, and killed if this process ends.
	const options = unix.PTRACE_O_TRACECLONE | unix.PTRACE_O_TRACEEXEC | unix.PTRACE_O_EXITKILL
	if err := unix.PtraceSetOptions(pid, options); err != nil {
		return 0, os.NewSyscallError("ptrace", err)
	}
	threads := map[int]*tiles{}
	resume := func(thread int, s unix.Signal) error {
		err := unix.PtraceCont(thread, int(s))
		if err == unix.ESRCH { // killed while it was stopped
			err = nil
		}
		return os.NewSyscallError("ptrace", err)
	}
	for err = resume(pid, 0); err == nil; {
		var thread int
		var status unix.WaitStatus
		if thread, status, err = wait(-1); err != nil {
			break
		}
		if status.Stopped() {
			if threads[thread] == nil {
				threads[thread] = new(tiles)
			}
			err = resume(thread, stopped(thread, status, threads[thread]))
			continue
		}
		delete(threads, thread)
		if thread == pid && status.Signaled() {
			return 128 + int(status.Signal()), nil
		}
		if thread == pid {
			return status.ExitStatus(), nil
		}
	}
	return 0, err
}

// wait waits for a thread, any with pid -1, to stop or end.
func wait(pid int) (thread int, status unix.WaitStatus, err error) {
	for {
		thread, err = unix.Wait4(pid, &status, unix.WALL, nil)
		if err != unix.EINTR {
			return thread, status, os.NewSyscallError("wait4", err)
		}
	}
}

// stopped returns the signal with which a stopped thread goes on: the one that it
// stopped for, or none if that is done with.
func stopped(thread int, status unix.WaitStatus, t *tiles) unix.Signal {
	s := status.StopSignal()
	switch {
	case status.TrapCause() > 0: // a new thread or program
		return 0
	case s == unix.SIGSTOP: // a new thread begins with it
		return 0
	case s == unix.SIGILL:
		return proceed(thread, t)
	}
	return s
}

// proceed carries out the instructions of AMX at which a thread is and returns
// no signal, or the one for the first of them if that cannot be.
func proceed(thread int, t *tiles) unix.Signal {
	var regs unix.PtraceRegs
	if err := unix.PtraceGetRegs(thread, &regs); err != nil {
		return unix.SIGILL
	}
	start := regs.Rip
	for {
		var code [longest]byte
		n := process(thread).readSome(regs.Rip, code[:])
		in, ok := decode(code[:n])
		if !ok {
			break
		}
		if err := t.execute(in, generalRegisters(&regs, in.length), process(thread)); err != nil {
			if regs.Rip != start { // it raises its signal when the thread is there
				break
			}
			fmt.Fprintf(os.Stderr, "tiles: %s at %#x: %v\n", in.op, start, err)
			if errors.Is(err, errUndefined) {
				return unix.SIGILL
			}
			return unix.SIGSEGV
		}
		regs.Rip += uint64(in.length)
	}
	if regs.Rip == start || unix.PtraceSetRegs(thread, &regs) != nil {
		return unix.SIGILL
	}
	return 0
}

// generalRegisters returns the registers that an instruction of a length sees.
func generalRegisters(r *unix.PtraceRegs, length int) *registers {
	return &registers{
		r.Rax, r.Rcx, r.Rdx, r.Rbx, r.Rsp, r.Rbp, r.Rsi, r.Rdi,
		r.R8, r.R9, r.R10, r.R11, r.R12, r.R13, r.R14, r.R15,
		instructionPointer: r.Rip + uint64(length),
	}
}
