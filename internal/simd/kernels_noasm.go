//go:build purego || !(amd64 || arm64)

package simd

// implemented are the levels of this build.
var implemented = []*kernels{&generic}
