package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// process is a worker that this program has started: the command worker.
type process struct {
	addr  string
	stdin io.Closer     // which ends it
	ended chan struct{} // closed at its end
	err   error         // of its end, before which it is not set
}

// startProcess returns a worker that is ready. It is killed when the context ends.
func startProcess(ctx context.Context, stderr io.Writer) (*process, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, path, "worker", "-attached")
	cmd.Stderr = stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	addr, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		stdin.Close()
		return nil, fmt.Errorf("a worker did not start: %w", errors.Join(err, cmd.Wait()))
	}
	p := &process{addr: strings.TrimSpace(addr), stdin: stdin, ended: make(chan struct{})}
	go func() {
		defer close(p.ended)
		p.err = cmd.Wait()
	}()
	return p, nil
}

// end ends the process. It is an error for the process to have ended in another way.
func (p *process) end() error {
	p.stdin.Close()
	<-p.ended
	return p.err
}
