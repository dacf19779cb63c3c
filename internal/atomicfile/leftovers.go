package atomicfile

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// temporary names the temporary file of target with the given number.
func temporary(target string, n uint64) string {
	dir, name := filepath.Split(target)
	return filepath.Join(dir, fmt.Sprintf("%s%016x%s", prefix(name), n, suffix))
}

func prefix(name string) string { return "." + name + ".reread-" }

const suffix = ".tmp"

// isTemporary reports whether entry is the name of a temporary file of the
// target called name.
func isTemporary(entry, name string) bool {
	digits, ok := strings.CutPrefix(entry, prefix(name))
	if !ok {
		return false
	}
	digits, ok = strings.CutSuffix(digits, suffix)
	if !ok || len(digits) != 16 {
		return false
	}
	_, err := strconv.ParseUint(digits, 16, 64)
	return err == nil
}

// removeLeftovers removes the temporary files of target that nobody writes any
// more. One that cannot be removed takes nothing but room, so errors are passed
// over.
func removeLeftovers(target string) {
	dir, name := filepath.Split(target)
	entries, err := os.ReadDir(filepath.Clean(dir))
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.Type().IsRegular() && isTemporary(e.Name(), name) {
			removeUnused(filepath.Join(dir, e.Name()))
		}
	}
}
