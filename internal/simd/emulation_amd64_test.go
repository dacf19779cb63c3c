//go:build !purego

package simd

import "os"

// Under _asm/tiles there are tiles, of which the CPU does not tell.
func init() {
	if os.Getenv("REREAD_TILES") == "" {
		return
	}
	for i := range amx.features {
		amx.features[i].have = true
	}
	available = detect()
	start()
}
