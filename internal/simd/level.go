package simd

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
)

// Level is a set of instructions that kernels may use. On one architecture the
// levels are ordered: each includes all lower ones.
type Level uint8

// The levels, from portable Go upwards.
const (
	Generic    Level = iota
	AVX2             // amd64: AVX2 and FMA
	AVX512           // amd64: AVX-512 F, BW, DQ and VL, BMI2
	AVX512VNNI       // amd64: products of 8-bit integers by VNNI
	AVX512BF16       // amd64: kernels on bfloat16 numbers by AVX-512 BF16
	AMX              // amd64: products of bfloat16 numbers and 8-bit integers by AMX, on Linux
	NEON             // arm64: Advanced SIMD
)

// EnvLevel names the environment variable that lowers the level, read once at
// start-up. Its values are those of [Level.String], in upper or lower case. With
// any other, or a level that the machine lacks, the highest one stays in use and
// [EnvError] says why.
const EnvLevel = "REREAD_SIMD"

var levelNames = [...]string{"generic", "avx2", "avx512", "avx512vnni", "avx512bf16", "amx", "neon"}

func (l Level) String() string {
	if int(l) < len(levelNames) {
		return levelNames[l]
	}
	return fmt.Sprintf("level(%d)", uint8(l))
}

var (
	available = detect()
	active    atomic.Pointer[kernels]
	envError  error
)

func init() { start() }

// start makes the level active that the environment asks for, or the highest.
func start() {
	k, err := startLevel(os.Getenv(EnvLevel))
	active.Store(k)
	envError = err
}

// detect returns the levels whose features the machine has, in ascending order.
// A machine that lacks a feature of one gets none above it.
func detect() []*kernels {
	n := 0
	for n < len(implemented) && implemented[n].supported() {
		n++
	}
	return implemented[:n]
}

func startLevel(name string) (*kernels, error) {
	highest := available[len(available)-1]
	if name == "" {
		return highest, nil
	}
	for _, k := range available {
		if strings.EqualFold(k.level.String(), name) {
			return k, nil
		}
	}
	for _, known := range levelNames {
		if strings.EqualFold(known, name) {
			return highest, fmt.Errorf("simd: %s: level %s is not available here (have %v)", EnvLevel, known, Levels())
		}
	}
	return highest, fmt.Errorf("simd: %s: there is no level %q (have %v)", EnvLevel, name, Levels())
}

// EnvError returns why the level that [EnvLevel] asks for was not chosen at
// start-up; nil if it was, or none was asked for.
func EnvError() error { return envError }

// Levels returns the levels of this machine and build in ascending order.
func Levels() []Level {
	levels := make([]Level, len(available))
	for i, k := range available {
		levels[i] = k.level
	}
	return levels
}

// Active returns the level in use.
func Active() Level { return active.Load().level }

// SetLevel chooses one of [Levels] for this process and returns the level that
// was active before. It exists for tests and benchmarks: operands packed at
// one level can only be multiplied at that level.
func SetLevel(l Level) (previous Level, err error) {
	previous = Active()
	for _, k := range available {
		if k.level == l {
			active.Store(k)
			return previous, nil
		}
	}
	return previous, fmt.Errorf("simd: level %v is not available here (have %v)", l, Levels())
}

// kernels returns those of one of [Levels].
func (l Level) kernels() *kernels {
	for _, k := range available {
		if k.level == l {
			return k
		}
	}
	panic(fmt.Sprintf("simd: level %v is not available here", l))
}
