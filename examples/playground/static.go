package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// program is what the browser runs.
const program = "github.com/rereadml/reread/examples/playground/wasm"

// writeStatic writes the page and the program behind it to a folder, for any
// server of files.
func writeStatic(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, name := range []string{"page", "overwasm"} {
		if err := writeFolder(dir, folder(name)); err != nil {
			return err
		}
	}
	root, err := goCommand(ctx, "env", "GOROOT")
	if err != nil {
		return err
	}
	glue := os.DirFS(filepath.Join(strings.TrimSpace(root), "lib", "wasm"))
	if err := writeFile(dir, glue, "wasm_exec.js"); err != nil {
		return err
	}
	return writeProgram(ctx, filepath.Join(dir, "playground.wasm.gz"))
}

// writeProgram compiles the program. It is compressed here, since not every
// server of files does that.
func writeProgram(ctx context.Context, path string) error {
	temporary, err := os.MkdirTemp("", "playground")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	compiled := filepath.Join(temporary, "playground.wasm")
	if _, err := goCommand(ctx, "build", "-trimpath", "-ldflags=-s -w", "-o", compiled, program); err != nil {
		return err
	}
	code, err := os.ReadFile(compiled)
	if err != nil {
		return err
	}
	var small bytes.Buffer
	z, err := gzip.NewWriterLevel(&small, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(code); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(path, small.Bytes(), 0o666)
}

// goCommand runs the go command for the browser and returns what it prints.
func goCommand(ctx context.Context, args ...string) (string, error) {
	c := exec.CommandContext(ctx, "go", args...)
	c.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	var complaint bytes.Buffer
	c.Stderr = &complaint
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, &complaint)
	}
	return string(out), nil
}

// writeFolder copies the files of a folder.
func writeFolder(dir string, from fs.FS) error {
	entries, err := fs.ReadDir(from, ".")
	for _, e := range entries {
		if err := writeFile(dir, from, e.Name()); err != nil {
			return err
		}
	}
	return err
}

func writeFile(dir string, from fs.FS, name string) error {
	content, err := fs.ReadFile(from, name)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name), content, 0o666)
}
