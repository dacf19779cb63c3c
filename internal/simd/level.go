package simd

import (
	"fmt"
	"os"
	"sync/atomic"
)

// Level is a set of instructions that kernels may use. On one architecture the
// levels are ordered: each includes all lower ones.
type Level uint8

// The levels, from portable Go upwards.
const (
	Generic    Level = iota
	AVX2             // amd64: AVX2 and FMA
	AVX512           // amd64: AVX-512 F, BW, DQ and VL
	AVX512BF16       // amd64: AVX512 with BF16 and VNNI; the float32 kernels are the same
	NEON             // arm64: Advanced SIMD
)

// EnvLevel names the environment variable that lowers the level, read once at
// start-up. Its values are those of [Level.String]; a level that the machine
// lacks, or an unknown name, is ignored.
const EnvLevel = "REREAD_SIMD"

var levelNames = [...]string{"generic", "avx2", "avx512", "avx512bf16", "neon"}

func (l Level) String() string {
	if int(l) < len(levelNames) {
		return levelNames[l]
	}
	return fmt.Sprintf("level(%d)", uint8(l))
}

var (
	available = detect()
	active    atomic.Uint32
)

func init() {
	active.Store(uint32(startLevel(os.Getenv(EnvLevel))))
}

func startLevel(name string) Level {
	for _, l := range available {
		if l.String() == name {
			return l
		}
	}
	return available[len(available)-1]
}

// Levels returns the levels of this machine and build in ascending order.
func Levels() []Level { return append([]Level(nil), available...) }

// Active returns the level in use.
func Active() Level { return Level(active.Load()) }

// SetLevel chooses one of [Levels] for this process and returns the level that
// was active before. It exists for tests and benchmarks: operands packed at
// one level can only be multiplied at that level.
func SetLevel(l Level) (previous Level, err error) {
	previous = Active()
	for _, have := range available {
		if have == l {
			active.Store(uint32(l))
			return previous, nil
		}
	}
	return previous, fmt.Errorf("simd: level %v is not available here (have %v)", l, available)
}
