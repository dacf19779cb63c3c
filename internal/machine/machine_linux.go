package machine

import (
	"bufio"
	"os"
	"strconv"
	"strings"
)

// memory is that of the machine, or of the container where it has less.
func memory() uint64 {
	total, _, _ := strings.Cut(field("/proc/meminfo", "MemTotal"), " ")
	kilobytes, err := strconv.ParseUint(total, 10, 54)
	if err != nil {
		return 0
	}
	text, err := os.ReadFile("/sys/fs/cgroup/memory.max")
	if err != nil {
		return kilobytes << 10
	}
	limit, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64)
	if err != nil { // it says "max"
		return kilobytes << 10
	}
	return min(kilobytes<<10, limit)
}

func cpu() string { return field("/proc/cpuinfo", "model name") }

// field returns what follows "name:" on the first such line of a file, or "".
func field(path, name string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		key, value, _ := strings.Cut(lines.Text(), ":")
		if strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
