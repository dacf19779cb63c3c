package main

import (
	"cmp"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"text/tabwriter"

	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/machine"
	"github.com/rereadml/reread/internal/simd"
)

const versionUsage = `usage: sudoku version

Shows what the speed and the bits of a result depend on.
`

func (p *program) version(args []string) error {
	if err := command.Parse(flag.NewFlagSet("sudoku version", flag.ContinueOnError), args, 0, versionUsage, p.stdout); err != nil {
		return err
	}
	module, version := "github.com/rereadml/reread", "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		module, version = info.Main.Path, info.Main.Version
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "module\t%s %s\n", module, version)
	fmt.Fprintf(w, "go\t%s %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintf(w, "cpu\t%s, %d in use\n", cmp.Or(machine.CPU(), "unknown"), runtime.GOMAXPROCS(0))
	fmt.Fprintf(w, "simd\t%s (%s lowers it)\n", simd.Active(), simd.EnvLevel)
	fmt.Fprintf(w, "bfloat16\t%s\nint8\t%s\n", inHardware(simd.AVX512BF16), inHardware(simd.AVX512VNNI))
	return w.Flush()
}

// inHardware says how products of a type are done that a SIMD level brings.
func inHardware(level simd.Level) string {
	if slices.Contains(simd.Levels(), level) && simd.Active() >= level {
		return "in hardware"
	}
	return "emulated"
}
