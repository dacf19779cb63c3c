//go:build linux && amd64

package main

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// needTrace skips a test where no process may trace another.
func needTrace(t *testing.T) {
	t.Helper()
	if _, err := run("true"); errors.Is(err, unix.EPERM) {
		t.Skip("tracing a process:", err)
	}
}

func TestRunEndsAsTheProgram(t *testing.T) {
	needTrace(t)
	for _, c := range []struct {
		script string
		want   int
	}{
		{"exit 0", 0},
		{"exit 7", 7},
		{"kill -SEGV $$", 128 + 11},
		{"kill -ILL $$", 128 + 4},
		{"kill -KILL $$", 128 + 9},
		{"kill -STOP $$; exit 3", 3},
		{"kill -TRAP $$", 128 + 5},
		{"sleep 0.01 & wait; exit 4", 4},
		{"exec sh -c 'exit 5'", 5},
		{`[ "$REREAD_TILES" = emulated ] && exit 6`, 6},
		{`trap "exit 8" TERM; kill -TERM $PPID; while :; do sleep 0.01; done`, 8}, // it comes back
	} {
		got, err := run("sh", "-c", c.script)
		if err != nil || got != c.want {
			t.Errorf("%s: %d, %v, want %d", c.script, got, err, c.want)
		}
	}
	if _, err := run("/no such program"); err == nil {
		t.Error("a program that is none ran")
	}
}

// The program dies with the one that runs it.
func TestRunKilled(t *testing.T) {
	if os.Getenv("TILES_RUN") != "" {
		_, _ = run("sh", "-c", "kill -KILL $PPID; i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo survived")
		return
	}
	needTrace(t)
	cmd := exec.Command(os.Args[0], "-test.run=^TestRunKilled$")
	cmd.Env = append(os.Environ(), "TILES_RUN=1")
	var out bytes.Buffer
	cmd.Stdout = &out // is complete when all that have it ended
	if err := cmd.Run(); err == nil || err.Error() != "signal: killed" || out.Len() > 0 {
		t.Errorf("%v, output %q", err, out.String())
	}
}

// A whole program multiplies 1 x 4 bytes by 4 x 1 and exits with the product.
func TestRunProduct(t *testing.T) {
	needTrace(t)
	status, err := run(program(t, `
		c4 e2 78 49 05 3b 00 00 00  # ldtilecfg 0x3b(%rip), the configuration
		48 8d 05 2c 00 00 00        # lea 0x2c(%rip),%rax, the numbers
		b9 04 00 00 00              # mov $4,%ecx
		c4 e2 7b 4b 04 08           # tileloadd (%rax,%rcx,1),%tmm0
		c4 e2 7b 4b 4c 08 04        # tileloadd 4(%rax,%rcx,1),%tmm1
		c4 e2 7b 49 d0              # tilezero %tmm2
		90                          # nop
		c4 e2 70 5e d0              # tdpbuud %tmm1,%tmm0,%tmm2
		c4 e2 7a 4b 14 08           # tilestored %tmm2,(%rax,%rcx,1)
		8b 38                       # mov (%rax),%edi
		b8 3c 00 00 00              # mov $60,%eax
		0f 05                       # syscall
		01 02 03 04 05 06 07 08`, configuration(shape{1, 4}, shape{1, 4}, shape{1, 4})))
	if want := 1*5 + 2*6 + 3*7 + 4*8; err != nil || status != want {
		t.Errorf("%d, %v, want %d", status, err, want)
	}
}

func TestRunFaults(t *testing.T) {
	needTrace(t)
	const illegal, segmentation = 128 + 4, 128 + 11
	for _, c := range []struct {
		name, code string
		config     *[64]byte
		want       int
	}{
		{"zero, not configured", "c4 e2 7b 49 c0", configuration(), illegal},
		{"zero of no tile", "c4 e2 78 49 05 05 00 00 00  c4 e2 7b 49 c0", configuration(), illegal},
		{"no palette", "c4 e2 78 49 05 00 00 00 00", &[64]byte{2}, segmentation},
		{"configuration at 0", "31 c0  c4 e2 78 49 00", configuration(), segmentation},
		{"load at 0", "31 c0  c4 e2 78 49 05 06 00 00 00  c4 e2 7b 4b 04 00", configuration(shape{1, 4}), segmentation},
		{"ud2", "0f 0b", configuration(), illegal},
	} {
		status, err := run(program(t, c.code, c.config))
		if err != nil || status != c.want {
			t.Errorf("%s: %d, %v, want %d", c.name, status, err, c.want)
		}
	}
}

// program makes a program of code, with comments, and a configuration behind it.
func program(t *testing.T, text string, config *[64]byte) string {
	t.Helper()
	var code []byte
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		code = append(code, unhex(t, strings.Join(strings.Fields(line), ""))...)
	}
	code = append(code, config[:]...)

	const headers, base = 64 + 56, 0x400000
	size := uint64(headers + len(code))
	var file bytes.Buffer
	for _, part := range []any{
		elf.Header64{
			Ident: [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
			Type:  uint16(elf.ET_EXEC), Machine: uint16(elf.EM_X86_64), Version: uint32(elf.EV_CURRENT),
			Entry: base + headers, Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 1,
		},
		elf.Prog64{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_W | elf.PF_X), Vaddr: base, Filesz: size, Memsz: size, Align: 4096},
		code,
	} {
		if err := binary.Write(&file, binary.LittleEndian, part); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, file.Bytes(), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}
