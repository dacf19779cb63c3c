//go:build !purego && !linux

package simd

// tilesPermitted: how other systems hand out the tiles of AMX was not tried.
func tilesPermitted() bool { return false }
